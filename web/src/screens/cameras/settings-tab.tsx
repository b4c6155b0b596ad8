// Name, address and settings of a camera. What is wrong is said at its field, in the server's words.

import { Alert, Button, Collapse, Group, Paper, SimpleGrid, Stack, TextInput, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Failed } from '../../parts/failed.tsx';
import { LeaveGuard } from '../../parts/leave-guard.tsx';
import { Loading } from '../../parts/loading.tsx';
import { messageOf, tellDone } from '../../parts/notices.tsx';
import { keyOfProblem } from '../../parts/schema.ts';
import { apart, whole, withScheme, type Parts } from './address.ts';
import { saveCamera, type Camera, type CameraSettings } from './camera-data.ts';
import { FixedNote } from './fixed-note.tsx';
import { LoginFields } from './login-fields.tsx';
import { RemoveCamera } from './remove-camera.tsx';
import { SettingField, type Value } from './setting-field.tsx';
import { MAIN, schemaQuery, type Field } from './settings-schema.ts';
import { TrialView, useTrial } from './trial.tsx';

type Values = Readonly<Record<string, unknown>>;

export function SettingsTab({ camera }: { readonly camera: Camera }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const schema = useQuery(schemaQuery);
  // What was there when the editing began; another administrator may change it meanwhile.
  const [base, setBase] = useState(camera);
  const [name, setName] = useState(camera.name);
  const [place, setPlace] = useState<Parts>(apart(camera.settings?.source ?? ''));
  const [changes, setChanges] = useState<Values>({});
  const [open, setOpen] = useState(false);
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const trial = useTrial();
  if (!schema.data) return schema.error ? <Failed error={schema.error} /> : <Loading />;

  const source = whole(place);
  const moved = base.settings !== null && source !== base.settings.source;
  const isDirty = name !== base.name || moved || Object.keys(changes).length > 0;
  const isForeign = camera.version !== base.version;
  const disabled = camera.fixed;
  const values: Values = { ...base.settings, ...changes };
  const wrongKey = problem === null ? null : keyOf(problem, schema.data);
  const isBrowser = base.settings?.source === 'browser:';
  const about = trial.result?.about ?? null;

  function change(key: string, value: Value): void {
    const { [key]: _before, ...rest } = changes;
    const stored = (base.settings as Values | null)?.[key];
    setChanges(value === stored ? rest : { ...rest, [key]: value });
  }

  function begin(from: Camera): void {
    setBase(from);
    setName(from.name);
    setPlace(apart(from.settings?.source ?? ''));
    setChanges({});
    setProblem(null);
  }

  async function save(): Promise<void> {
    setSaving(true);
    setProblem(null);
    try {
      const settings = base.settings && (withoutEmpty({ ...values, source }) as CameraSettings);
      begin(await saveCamera(camera.id, { name: name.trim(), ...(settings && { settings }) }));
      await cache.invalidateQueries({ queryKey: ['cameras'] });
      tellDone(t('cameras.settings.saved'));
    } catch (error) {
      setProblem(messageOf(error));
    }
    setSaving(false);
  }

  const field = (one: Field) => (
    <SettingField
      key={one.key}
      field={one}
      value={values[one.key] as Value}
      disabled={disabled}
      error={wrongKey === one.key ? problem : null}
      onChange={(value) => change(one.key, value)}
    />
  );
  const more = schema.data.filter(({ key }) => !MAIN.has(key));
  const moreOpen = open || more.some(({ key }) => key === wrongKey);
  return (
    <Stack maw={900} gap="lg">
      <LeaveGuard when={() => isDirty && !saving} />
      <FixedNote camera={camera} />
      {isForeign && isDirty && (
        <Alert color="orange" title={t('cameras.settings.foreign')}>
          <Button variant="default" size="compact-md" onClick={() => begin(camera)}>
            {t('cameras.settings.takeTheirs')}
          </Button>
        </Alert>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Stack gap="lg">
          <TextInput
            label={t('cameras.name')}
            required
            maxLength={100}
            disabled={disabled}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {base.settings && !isBrowser && (
            <Stack gap="sm">
              <TextInput
                label={t('cameras.address')}
                required
                disabled={disabled}
                spellCheck={false}
                autoComplete="off"
                value={place.address}
                error={
                  wrongKey === 'source'
                    ? problem
                    : about === 'path' || about === 'host'
                      ? t(`cameras.trial.wrong.${about}`)
                      : undefined
                }
                onChange={(event) => setPlace({ ...place, address: event.currentTarget.value })}
                onBlur={() => {
                  const { address, user, password } = apart(place.address);
                  const login = user === '' && password === '' ? place : { user, password };
                  setPlace({ ...login, address: withScheme(address.trim()) });
                }}
              />
              {!disabled && (
                <>
                  <LoginFields
                    login={place}
                    wrong={about === 'login'}
                    onChange={(login) => setPlace({ ...place, ...login })}
                  />
                  <Group>
                    <Button
                      variant="default"
                      loading={trial.state === 'running'}
                      onClick={() => trial.begin(source, camera.id)}
                    >
                      {t('cameras.trial.begin')}
                    </Button>
                  </Group>
                  <TrialView trial={trial} />
                </>
              )}
            </Stack>
          )}
          {base.settings && (
            <>
              <Title order={2} size="h4">
                {t('cameras.settings.main')}
              </Title>
              <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg">
                {schema.data.filter(({ key }) => MAIN.has(key)).map(field)}
              </SimpleGrid>
              <Group>
                <Button variant="subtle" size="compact-md" aria-expanded={moreOpen} onClick={() => setOpen(!open)}>
                  {t(moreOpen ? 'cameras.settings.less' : 'cameras.settings.more', { count: more.length })}
                </Button>
              </Group>
              <Collapse expanded={moreOpen}>
                <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg">
                  {more.map(field)}
                </SimpleGrid>
              </Collapse>
            </>
          )}
          {problem !== null && wrongKey === null && (
            <Alert color="red" role="alert" title={t('parts.failed')} className="anyName">
              {problem}
            </Alert>
          )}
          {!disabled && (
            <Group>
              <Button type="submit" loading={saving} disabled={!isDirty}>
                {t('parts.save')}
              </Button>
              {isDirty && (
                <Button variant="default" onClick={() => begin(camera)}>
                  {t('cameras.settings.discard')}
                </Button>
              )}
            </Group>
          )}
        </Stack>
      </form>
      {!disabled && (
        <Paper withBorder p="md">
          <RemoveCamera camera={camera} />
        </Paper>
      )}
    </Stack>
  );
}

function withoutEmpty(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null));
}

/** The server names the key that is wrong. */
function keyOf(problem: string, fields: readonly Field[]): string | null {
  const keys = ['source', ...fields.map(({ key }) => key)];
  if (/password is kept|address has "\*\*\*"/.test(problem)) return 'source';
  return keyOfProblem(problem, keys);
}
