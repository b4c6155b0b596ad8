// The last step: a name, an id made of it, saved; then how its program begins.

import { Alert, Anchor, Button, Collapse, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Failed } from '../../parts/failed.tsx';
import { cameraQuery, ID_PATTERN, idFor, saveCamera, type Camera } from './camera-data.ts';
import { StateLine } from './state-badge.tsx';

/** Name and id of a new camera. */
export function useNewCamera(taken: readonly string[], firstName = '') {
  const [name, setName] = useState(firstName);
  const [ownId, setOwnId] = useState<string | null>(null);
  const id = ownId ?? idFor(name, taken);
  const problem = taken.includes(id) ? 'taken' : ID_PATTERN.test(id) ? null : 'wrong';
  return { name, setName, id, setOwnId, problem } as const;
}

export function NameFields({ made }: { readonly made: ReturnType<typeof useNewCamera> }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const { name, setName, id, setOwnId, problem } = made;
  return (
    <>
      <TextInput
        label={t('cameras.name')}
        description={t('cameras.nameText')}
        placeholder={t('cameras.nameExample')}
        required
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Group gap="xs">
        <Text size="sm" c="dimmed">
          {t('cameras.idIs', { id })}
        </Text>
        {!open && (
          <Anchor component="button" type="button" size="sm" onClick={() => setOpen(true)}>
            {t('cameras.changeId')}
          </Anchor>
        )}
      </Group>
      <Collapse expanded={open || problem !== null}>
        <TextInput
          label={t('cameras.id')}
          description={t('cameras.idText')}
          value={id}
          error={problem && t(`cameras.idProblems.${problem}`)}
          onChange={(event) => setOwnId(event.currentTarget.value)}
        />
      </Collapse>
    </>
  );
}

export function NameAndSave({
  source,
  name,
  taken,
  sure,
}: {
  readonly source: string;
  readonly name: string;
  readonly taken: readonly string[];
  /** It gave a picture. */
  readonly sure: boolean;
}) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const made = useNewCamera(taken, name);
  const [saved, setSaved] = useState<Camera | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [saving, setSaving] = useState(false);
  const [wanted, setWanted] = useState(sure);

  async function save(): Promise<void> {
    setSaving(true);
    setError(null);
    try {
      setSaved(await saveCamera(made.id, { name: made.name.trim(), settings: { source } }));
      void cache.invalidateQueries({ queryKey: ['cameras'] });
    } catch (failure) {
      setError(failure);
    }
    setSaving(false);
  }

  if (saved) return <Begins id={saved.id} name={saved.name} />;
  if (!wanted) {
    return (
      <Button variant="subtle" w="fit-content" onClick={() => setWanted(true)}>
        {t('cameras.addAnyway')}
      </Button>
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (made.name.trim() !== '' && made.problem === null) void save();
      }}
    >
      <Stack>
        <Title order={2} size="h4">
          {t(sure ? 'cameras.nameIt' : 'cameras.addAnyway')}
        </Title>
        <NameFields made={made} />
        {error !== null && <Failed error={error} />}
        <Group>
          <Button type="submit" loading={saving} variant={sure ? 'filled' : 'default'}>
            {t('cameras.saveCamera')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const WATCH_MS = 1_000;

/** Until it runs, or says why not. */
export function Begins({ id, name }: { readonly id: string; readonly name: string }) {
  const { t } = useTranslation();
  const { data } = useQuery(cameraQuery(id, WATCH_MS));
  const runs = data?.state === 'running';
  return (
    <Alert
      color={runs ? 'green' : 'blue'}
      icon={<IconCircleCheck />}
      title={t(runs ? 'cameras.itRuns' : 'cameras.itBegins', { name })}
      classNames={{ title: 'anyName' }}
    >
      <Stack>
        {data && !runs && <StateLine camera={data} />}
        <Group>
          <Button component={Link} to={`/cameras/${encodeURIComponent(id)}`}>
            {t('cameras.toCamera')}
          </Button>
          <Button variant="default" component={Link} to="/live">
            {t('cameras.toLive')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
