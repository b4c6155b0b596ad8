// How far the photos are, with pause and resume, and at the end what was taken and what can be done about the rest.

import { Alert, Button, Group, Paper, Progress, Stack, Text } from '@mantine/core';
import { IconDownload, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { tellFailure } from '../../parts/notices.tsx';
import { PhotoResults } from './photo-results.tsx';
import type { Uploader } from './upload.ts';

const NAMES_SHOWN = 20;

export function UploadProgress({
  uploader,
  label,
  onStartOver,
}: {
  readonly uploader: Uploader;
  readonly label: string;
  readonly onStartOver: () => void;
}) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const { state, reason, total, results, counts, takenUp } = useSyncExternalStore(uploader.subscribe, uploader.now);
  const isDone = state === 'done';
  useEffect(() => {
    if (isDone) void cache.invalidateQueries({ queryKey: ['persons'] });
  }, [cache, isDone]);
  const refused = results.filter(({ verdict }) => verdict === 'refused');
  const enrolled = new Set(results.flatMap(({ photo, person }) => (person === null ? [] : [photo.name.toLowerCase()])));
  const without = isDone
    ? [...new Set(refused.map(({ photo }) => photo.name))].filter((name) => !enrolled.has(name.toLowerCase()))
    : [];

  async function download(): Promise<void> {
    try {
      const { downloadResults } = await import('./result-csv.ts');
      downloadResults(results, label);
    } catch (error) {
      tellFailure(error);
    }
  }

  return (
    <Stack>
      <Paper withBorder p="md">
        <Stack gap="xs">
          <Group justify="space-between">
            <Text fw={600} className="anyName" role="status">
              {t(`adding.${state}`)}
            </Text>
            <Text size="sm">{t('adding.progress', { done: results.length, total })}</Text>
          </Group>
          <Progress.Root size="lg">
            {(['accepted', 'warned', 'refused'] as const).map((verdict) => (
              <Progress.Section
                key={verdict}
                aria-label={t(`adding.counts.${verdict}`)}
                value={total === 0 ? 0 : (100 * counts[verdict]) / total}
                color={{ accepted: 'green', warned: 'yellow', refused: 'red' }[verdict]}
              />
            ))}
          </Progress.Root>
          <Text size="sm">
            {(['accepted', 'warned', 'refused'] as const)
              .map((verdict) => `${counts[verdict]} ${t(`adding.counts.${verdict}`)}`)
              .join(' · ')}
          </Text>
          {takenUp > 0 && (
            <Text size="sm" c="dimmed">
              {t('adding.takenUp', { count: takenUp })}
            </Text>
          )}
          {state === 'broken' && (
            <Alert color="red" role="alert" className="anyName">
              {reason}
            </Alert>
          )}
          <Group>
            {(state === 'running' || state === 'away') && (
              <Button variant="default" leftSection={<IconPlayerPause size={18} />} onClick={() => uploader.pause()}>
                {t('adding.pause')}
              </Button>
            )}
            {(state === 'paused' || state === 'broken') && (
              <Button leftSection={<IconPlayerPlay size={18} />} onClick={() => uploader.resume()}>
                {t('adding.resume')}
              </Button>
            )}
            {isDone && (
              <Button renderRoot={(props) => <Link to="/people" {...props} />}>{t('adding.seePeople')}</Button>
            )}
            {isDone && refused.length > 0 && (
              <Button variant="default" onClick={() => uploader.again(refused, false)}>
                {t('adding.retryRefused')}
              </Button>
            )}
            {state !== 'running' && state !== 'away' && (
              <>
                <Button
                  variant="default"
                  leftSection={<IconDownload size={18} />}
                  disabled={results.length === 0}
                  onClick={() => void download()}
                >
                  {t('adding.download')}
                </Button>
                <Button variant="default" onClick={onStartOver}>
                  {t('adding.next')}
                </Button>
              </>
            )}
          </Group>
        </Stack>
      </Paper>
      {without.length > 0 && (
        <Alert color="orange">
          <Text size="sm">{t('adding.withoutPhoto', { count: without.length })}</Text>
          <Text size="sm" className="anyName">
            {without.slice(0, NAMES_SHOWN).join(', ')}
            {without.length > NAMES_SHOWN ? ' …' : ''}
          </Text>
        </Alert>
      )}
      <PhotoResults results={results} busy={!isDone} onForce={(result) => uploader.again([result], true)} />
    </Stack>
  );
}
