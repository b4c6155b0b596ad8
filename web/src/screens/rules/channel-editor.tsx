// The name, settings and quiet hours of a channel. Secrets are never shown, and stay when they are not touched.

import { Alert, Button, Group, Paper, Stack, Switch, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ApiError, dataOf } from '../../api/client.ts';
import { HOURS_PRESETS, mutableHours } from '../../parts/hours.ts';
import { HoursEditor } from '../../parts/hours-editor.tsx';
import { isAtField, kindDescription, KindForm, kindTitle, type Option } from '../../parts/kind-form.tsx';
import { LeaveGuard } from '../../parts/leave-guard.tsx';
import { messageOf, tellDone } from '../../parts/notices.tsx';
import { firstValues, type Values } from '../../parts/schema.ts';
import { ChannelTest } from './channel-test.tsx';
import { groupsQuery, readChannel, type Channel, type ChannelKind } from './queries.ts';

const CONFLICT = 409;

export function ChannelEditor({
  stored,
  kind,
  onDone,
  onSaved,
}: {
  /** Null: a new one. */
  readonly stored: Channel | null;
  readonly kind: ChannelKind;
  readonly onDone: () => void;
  readonly onSaved: (id: string) => void;
}) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [base, setBase] = useState(stored);
  const [name, setName] = useState(stored?.name ?? kindTitle(kind));
  const [settings, setSettings] = useState<Values>(stored?.settings ?? firstValues(kind.schema));
  const [quiet, setQuiet] = useState(stored?.quiet ?? null);
  const [touched, setTouched] = useState(false);
  const leaves = useRef(false);
  const options = useOptions(kind);

  const saving = useMutation({
    mutationFn: () => {
      const body = { name: name.trim(), kind: kind.kind, enabled: base?.enabled ?? true, settings, quiet };
      if (base === null) return dataOf(api.POST('/api/v1/channels', { body }));
      const params = { path: { id: base.id } };
      return dataOf(api.PUT('/api/v1/channels/{id}', { params, body: { ...body, ifVersion: base.version } }));
    },
    async onSuccess(channel) {
      leaves.current = true;
      await cache.invalidateQueries({ queryKey: ['channels'] });
      tellDone(t('channels.saved'));
      setBase(channel as Channel);
      setSettings(channel.settings);
      setTouched(false);
      if (base === null) onSaved(channel.id);
    },
    async onError(error) {
      // What is on the page stays; it is saved over the channel as it is now.
      if (!(error instanceof ApiError) || error.status !== CONFLICT || base === null) return;
      setBase(await readChannel(base.id));
    },
  });
  const problem = saving.error ? messageOf(saving.error) : null;
  const change =
    <T,>(set: (value: T) => void) =>
    (value: T): void => {
      leaves.current = false;
      setTouched(true);
      set(value);
    };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '') saving.mutate();
      }}
    >
      <LeaveGuard when={() => touched && !leaves.current} />
      <Stack maw={720} gap="lg">
        <div>
          <Title order={2} size="h3" className="anyName">
            {base?.name ?? t('channels.newOf', { kind: kindTitle(kind) })}
          </Title>
          <Text size="sm" c="dimmed">
            {kindDescription(kind)}
          </Text>
        </div>
        {base !== null && (
          <Paper withBorder p="md">
            <Stack gap="xs">
              <Text size="sm">{t('channels.testText')}</Text>
              <ChannelTest id={base.id} isSaved={!touched} />
            </Stack>
          </Paper>
        )}
        <TextInput
          label={t('rules.name')}
          description={t('channels.nameHelp')}
          required
          maxLength={200}
          value={name}
          onChange={(event) => change(setName)(event.currentTarget.value)}
        />
        <KindForm
          // After saving, secrets are kept ones.
          key={base?.version ?? 0}
          kind={kind.kind}
          schema={kind.schema}
          values={settings}
          stored={base?.settings ?? null}
          problem={problem}
          options={options}
          onChange={change(setSettings)}
        />
        <Stack gap="xs">
          <Switch
            label={t('channels.quiet')}
            description={t('channels.quietHelp')}
            checked={quiet !== null}
            onChange={(event) =>
              change(setQuiet)(event.currentTarget.checked ? mutableHours(HOURS_PRESETS.nights) : null)
            }
          />
          {quiet !== null && (
            <HoursEditor
              label={t('channels.quiet')}
              value={quiet}
              onChange={(hours) => change(setQuiet)(mutableHours(hours) ?? ALL_WEEK)}
            />
          )}
        </Stack>
        {problem !== null && !isAtField(problem, kind.schema) && (
          <Alert color="red" role="alert" title={t('parts.failed')} className="anyName">
            {problem}
          </Alert>
        )}
        <Group>
          <Button type="submit" loading={saving.isPending}>
            {t('parts.save')}
          </Button>
          <Button variant="subtle" onClick={onDone}>
            {t('rules.back')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const ALL_WEEK = { week: Array.from({ length: 7 }, (): [number, number][] => [[0, 1440]]), holidays: 'usual' as const };

/** What there is to choose from where a schema cannot say it. */
function useOptions({ kind }: ChannelKind): Readonly<Record<string, readonly Option[]>> {
  const users = useQuery({
    queryKey: ['users'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/users', { signal })),
    enabled: kind === 'webpush',
  }).data;
  const groups = useQuery({ ...groupsQuery, enabled: kind === 'mqtt' }).data;
  if (kind === 'webpush') return { users: (users?.items ?? []).map(({ id, name }) => ({ value: id, label: name })) };
  if (kind === 'mqtt') return { groups: (groups?.items ?? []).map(({ name }) => ({ value: name, label: name })) };
  return {};
}
