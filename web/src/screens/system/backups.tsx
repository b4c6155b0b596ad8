// Backups: make one, take it away, remove it, and how to go back to one.

import { Alert, Anchor, Badge, Button, Code, Group, Paper, Progress, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconArchive, IconDownload, IconInfoCircle, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, dataOf, type Schemas } from '../../api/client.ts';
import { ask } from '../../parts/ask.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { tellDone, tellFailure } from '../../parts/notices.tsx';
import { bytes, number } from '../../parts/said.ts';
import { fullTime, When } from '../../parts/when.tsx';

const KEY = ['system', 'backups'];
const BUSY_MS = 700;
const QUIET_MS = 15_000;

export function Backups() {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/system/backups', { signal })),
    refetchInterval: ({ state }) => (state.data?.making ? BUSY_MS : QUIET_MS),
  });
  const making = useMutation({
    mutationFn: () => dataOf(api.POST('/api/v1/system/backups')),
    onSuccess: (next) => cache.setQueryData(KEY, next),
    onError: tellFailure,
  });
  if (!data) return error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loading />;
  const { items, daily, folder, lastError, database } = data;
  const button = (
    <Button
      leftSection={<IconArchive size={16} />}
      loading={making.isPending || data.making !== null}
      onClick={() => making.mutate()}
    >
      {t('system.makeBackup')}
    </Button>
  );
  return (
    <Stack maw={960}>
      <Group justify="space-between">
        <Text size="sm">
          {daily.on
            ? t('system.dailyOn', { hour: String(daily.hour).padStart(2, '0'), count: daily.kept })
            : t('system.dailyOff', { count: daily.kept })}{' '}
          <Anchor underline="always" component={Link} to="/settings" size="sm">
            {t('system.toSettings')}
          </Anchor>
        </Text>
        {items.length > 0 && button}
      </Group>
      {database === 'postgres' && (
        <Alert color="blue" icon={<IconInfoCircle />}>
          {t('system.postgresBackup')}
          <Code block mt="xs">
            {'pg_dump --format=custom --file=kith.dump "$DATABASE_URL"'}
          </Code>
        </Alert>
      )}
      {lastError !== null && data.making === null && (
        <Alert color="red" icon={<IconAlertTriangle />} title={t('system.backupFailed')} role="alert">
          <Text size="sm" className="anyName">
            {lastError}
          </Text>
        </Alert>
      )}
      {data.making && <Making making={data.making} />}
      {items.length === 0 && !data.making && (
        <Empty icon={<IconArchive />} title={t('system.noBackup')}>
          <Text mb="md">{t('system.whyBackup')}</Text>
          {button}
        </Empty>
      )}
      {items.map((backup) => (
        <One key={backup.id} backup={backup} />
      ))}
      {items[0] && (
        <Paper withBorder p="md">
          <Text fw={600} mb={4}>
            {t('system.wayBack')}
          </Text>
          <Text size="sm">{t('system.wayBackHow')}</Text>
          <Code block my="xs" className="anyName">{`npx kith restore ${folder}/${items[0].id}`}</Code>
          <Text size="sm" c="dimmed">
            {t('system.backupErasure')}
          </Text>
        </Paper>
      )}
    </Stack>
  );
}

function Making({ making: { step, done, total } }: { readonly making: NonNullable<Schemas['Backups']['making']> }) {
  const { t } = useTranslation();
  const share = total === 0 ? 0 : (done / total) * 100;
  return (
    <Paper withBorder p="md" role="status">
      <Text size="sm" mb="xs">
        {t(`system.making.${step}`)}
      </Text>
      <Progress value={share} animated aria-label={t(`system.making.${step}`)} />
    </Paper>
  );
}

function One({ backup }: { readonly backup: Schemas['Backup'] }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const when = fullTime(backup.createdAt);
  const removing = useMutation({
    mutationFn: () => dataOf(api.DELETE('/api/v1/system/backups/{id}', { params: { path: { id: backup.id } } })),
    onSuccess: () => tellDone(t('system.backupRemoved')),
    onError: tellFailure,
    onSettled: () => cache.invalidateQueries({ queryKey: KEY }),
  });
  const askFirst = () =>
    ask(t('system.removeBackup'), t('system.removeBackupAsk', { when }), {
      confirm: t('parts.delete'),
      onConfirm: () => removing.mutate(),
    });
  return (
    <Paper withBorder p="md" component="article" aria-label={when}>
      <Group justify="space-between">
        <div>
          <Group gap="xs">
            <Text fw={600}>{when}</Text>
            <When at={backup.createdAt} size="sm" c="dimmed" />
            {backup.store === 'postgres' && <Badge variant="light">{t('system.picturesOnly')}</Badge>}
          </Group>
          <Text size="sm" c="dimmed">
            {t('system.backupHas', {
              persons: number(backup.persons),
              detections: number(backup.detections),
              pictures: number(backup.pictures),
              bytes: bytes(backup.databaseBytes + backup.pictureBytes),
            })}
          </Text>
        </div>
        <Group gap="xs">
          <Button
            component="a"
            href={`/api/v1/system/backups/${backup.id}/download`}
            download
            variant="default"
            size="xs"
            leftSection={<IconDownload size={16} />}
          >
            {t('system.download')}
          </Button>
          <Button
            variant="subtle"
            color="red"
            size="xs"
            leftSection={<IconTrash size={16} />}
            loading={removing.isPending}
            onClick={askFirst}
          >
            {t('parts.delete')}
          </Button>
        </Group>
      </Group>
    </Paper>
  );
}
