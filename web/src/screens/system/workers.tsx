// Who does the work: the worker of this process with its counts, and those of other processes by what they hold.

import { Badge, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client.ts';
import { number, textOr } from '../../parts/said.ts';
import { Fact, Tile } from './tile.tsx';

export function Workers({ system }: { readonly system: Schemas['System'] }) {
  const { t } = useTranslation();
  const { workers, gallery, listeners, cameras } = system;
  return (
    <Tile title={t('system.workers')}>
      <Stack gap={4}>
        {workers.length === 0 && <Text size="sm">{t('system.noWorker')}</Text>}
        {workers.map((worker) => (
          <div key={worker.name}>
            <Group gap="xs">
              <Text size="sm" fw={600} className="anyName">
                {worker.here ? t('system.workerHere', { count: worker.threads ?? 0 }) : worker.name.slice(0, 15)}
              </Text>
              <Badge size="sm" variant="light" color={worker.inFlight > 0 ? 'teal' : 'gray'}>
                {worker.inFlight > 0 ? t('system.inWork', { count: worker.inFlight }) : t('system.idle')}
              </Badge>
            </Group>
            {worker.classified !== null && (
              <Text size="sm" c="dimmed">
                {t('system.workerDid', {
                  classified: number(worker.classified),
                  rejected: number(worker.rejected ?? 0),
                  failed: number(worker.failed ?? 0),
                })}
              </Text>
            )}
          </div>
        ))}
        <Fact name={t('system.gallery')}>
          {gallery === null
            ? t('system.loading')
            : t('system.galleryHas', { persons: number(gallery.persons), templates: number(gallery.templates) })}
        </Fact>
        <Fact name={t('system.cameras')}>
          {cameras.length === 0
            ? t('system.noCamera')
            : cameras
                .map(({ state, count }) => `${number(count)} ${textOr(`system.cameraStates.${state}`, state)}`)
                .join(', ')}
        </Fact>
        <Fact name={t('system.listeners')}>{number(listeners)}</Fact>
      </Stack>
    </Tile>
  );
}
