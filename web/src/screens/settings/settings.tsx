// The settings of kith.json, made out of its schema: a setting that is new there is here too.

import { Alert, Anchor, Button, Code, Group, Paper, Stack, Text, Title, Tooltip } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ApiError, dataOf, type Schemas } from '../../api/client.ts';
import { Failed } from '../../parts/failed.tsx';
import { LeaveGuard } from '../../parts/leave-guard.tsx';
import { Loading } from '../../parts/loading.tsx';
import { messageOf, tellDone } from '../../parts/notices.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { textOr } from '../../parts/said.ts';
import { changed, titleOf, type Draft } from './draft.ts';
import { RestartNotice } from './restart-notice.tsx';
import { SettingField } from './setting-field.tsx';
import classes from './settings.module.css';

const KEY = ['settings'];
const CONFLICT = 409;

export function Settings() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/settings', { signal })),
  });
  return (
    <>
      <PageHead title={t('settings.title')} />
      {error && !data && <Failed error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data && <Form state={data} />}
    </>
  );
}

function Form({ state }: { readonly state: Schemas['Settings'] }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [draft, setDraft] = useState<Draft>({});
  const count = Object.keys(draft).length;
  const saving = useMutation({
    mutationFn: () => dataOf(api.PUT('/api/v1/settings', { body: { values: draft, ifRevision: state.file.revision } })),
    onSuccess(next) {
      cache.setQueryData(KEY, next);
      void cache.invalidateQueries({ queryKey: ['system'] });
      setDraft({});
      tellDone(t('settings.saved'));
    },
    onError(error) {
      // What is on the page stays; it is saved over the file as it is now.
      if (error instanceof ApiError && error.status === CONFLICT) void cache.invalidateQueries({ queryKey: KEY });
    },
  });
  const save = (): void => {
    if (count > 0 && !saving.isPending) saving.mutate();
  };
  useHotkeys([['mod+S', save]], []);
  const waiting = state.settings.filter(({ waits }) => waits).map(titleOf);
  const groups = [...new Set(state.settings.map(({ group }) => group))];
  return (
    <Stack maw={960}>
      <LeaveGuard when={() => count > 0 && !saving.isPending} />
      <About state={state} />
      <RestartNotice names={waiting} />
      {groups
        .toSorted((a, b) => orderOf(a) - orderOf(b))
        .map((group) => (
          <section key={group ?? 'other'} aria-label={groupName(group)}>
            <Title order={2} size="h4" mb="xs">
              {groupName(group)}
            </Title>
            <Paper withBorder>
              {state.settings
                .filter((setting) => setting.group === group)
                .map((setting) => (
                  <SettingField
                    key={setting.key}
                    setting={setting}
                    draft={draft}
                    disabled={!state.file.writable || saving.isPending}
                    onChange={(value) => setDraft((before) => changed(before, setting, value))}
                  />
                ))}
            </Paper>
          </section>
        ))}
      <Text size="sm" c="dimmed">
        {t('settings.elsewhere')}{' '}
        <Anchor component={Link} to="/cameras" underline="always">
          {t('settings.toCameras')}
        </Anchor>
        {' · '}
        <Anchor
          underline="always"
          renderRoot={(props: object) => <Link to="/system" search={{ tab: 'models' }} {...props} />}
        >
          {t('settings.toModels')}
        </Anchor>
      </Text>
      {(count > 0 || saving.error) && (
        <Paper
          withBorder
          shadow="md"
          p="sm"
          className={classes['bar'] ?? ''}
          role="region"
          aria-label={t('settings.bar')}
        >
          {saving.error && (
            <Alert color="red" icon={<IconAlertTriangle />} mb="sm" role="alert">
              <Text size="sm" className="anyName">
                {messageOf(saving.error)}
              </Text>
            </Alert>
          )}
          <Group justify="space-between">
            <Text aria-live="polite">{t('settings.changes', { count })}</Text>
            <Group gap="xs">
              <Button
                variant="default"
                onClick={() => {
                  setDraft({});
                  saving.reset();
                }}
              >
                {t('settings.discard')}
              </Button>
              <Tooltip label={t('settings.saveKeys')}>
                <Button onClick={save} loading={saving.isPending} disabled={count === 0}>
                  {t('parts.save')}
                </Button>
              </Tooltip>
            </Group>
          </Group>
        </Paper>
      )}
    </Stack>
  );
}

/** Where it is all kept, and what is wrong with that. */
function About({ state: { file, unknownKeys, demonstration } }: { readonly state: Schemas['Settings'] }) {
  const { t } = useTranslation();
  const wrong =
    file.problem ?? (unknownKeys.length > 0 ? t('settings.unknownKeys', { keys: unknownKeys.join(', ') }) : null);
  return (
    <>
      <Text c="dimmed" size="sm" className="anyName">
        {t(file.exists ? 'settings.keptIn' : 'settings.willBeKeptIn')} <Code>{file.path}</Code>
      </Text>
      {wrong !== null && (
        <Alert color="red" icon={<IconAlertTriangle />} title={t('settings.wrong')} role="alert">
          <Text size="sm" className="anyName">
            {wrong}
          </Text>
        </Alert>
      )}
      {!file.writable && (
        <Alert color="yellow" icon={<IconInfoCircle />}>
          {t('settings.notWritable')}
        </Alert>
      )}
      {demonstration && (
        <Alert color="blue" icon={<IconInfoCircle />}>
          {t('settings.demonstration')}
        </Alert>
      )}
    </>
  );
}

type SettingGroup = Schemas['Setting']['group'];
const ORDER: readonly SettingGroup[] = ['recognition', 'decision', 'backups', 'network', 'storage'];

function orderOf(group: SettingGroup): number {
  const at = ORDER.indexOf(group);
  return at < 0 ? ORDER.length : at;
}

function groupName(group: SettingGroup): string {
  return textOr(`settings.groups.${group ?? 'other'}`, group ?? '');
}
