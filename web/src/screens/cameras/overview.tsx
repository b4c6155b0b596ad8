// The camera's picture, on demand, and what its program says of itself.

import { Button, Grid, Group, Paper, Stack, Table, Text } from '@mantine/core';
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { When } from '../../parts/when.tsx';
import type { Camera } from './camera-data.ts';
import classes from './cameras.module.css';
import { RunsWhere, StateLine } from './state-badge.tsx';

export function Overview({ camera }: { readonly camera: Camera }) {
  return (
    <Grid>
      <Grid.Col span={{ base: 12, md: 8 }}>
        <Live key={camera.id} camera={camera} />
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 4 }}>
        <Facts camera={camera} />
      </Grid.Col>
    </Grid>
  );
}

/** Its program draws only while somebody watches, so nobody does before she wants to. */
function Live({ camera }: { readonly camera: Camera }) {
  const { t } = useTranslation();
  const [shows, setShows] = useState(false);
  const [failed, setFailed] = useState(false);
  const isAway = camera.state === 'offline' || camera.state === 'ended';
  if (!shows) {
    return (
      <Paper withBorder p="xl" mih={260} display="flex">
        <Stack m="auto" align="center">
          {failed && (
            <Text size="sm" role="alert">
              {t('cameras.live.failed')}
            </Text>
          )}
          {isAway ? (
            <Text c="dimmed" ta="center" maw={420}>
              {t('cameras.live.away')}
            </Text>
          ) : (
            <Button
              leftSection={<IconPlayerPlay size={18} />}
              onClick={() => {
                setFailed(false);
                setShows(true);
              }}
            >
              {t('cameras.live.show')}
            </Button>
          )}
        </Stack>
      </Paper>
    );
  }
  return (
    <Stack gap="xs">
      <img
        src={`/api/v1/cameras/${encodeURIComponent(camera.id)}/preview`}
        alt={t('cameras.live.picture', { name: camera.name })}
        className={classes['picture']}
        onError={() => {
          setShows(false);
          setFailed(true);
        }}
      />
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {t('cameras.live.legend')}
        </Text>
        <Button
          variant="default"
          size="compact-md"
          leftSection={<IconPlayerStop size={16} />}
          onClick={() => setShows(false)}
        >
          {t('cameras.live.stop')}
        </Button>
      </Group>
    </Stack>
  );
}

function Facts({ camera }: { readonly camera: Camera }) {
  const { t, i18n } = useTranslation();
  const number = (value: number): string => value.toLocaleString(i18n.language);
  const { counts, shows, settings, stateSince, lastSeenAt, restarts, memoryMegabytes } = camera;
  const rows = [
    ['source', settings?.source ?? shows ?? '–'],
    ['since', stateSince === null ? '–' : <When key="since" at={stateSince} span inherit />],
    ['lastShot', lastSeenAt === null ? '–' : <When key="last" at={lastSeenAt} span inherit />],
    ['restarts', number(restarts)],
    ...(counts === null
      ? []
      : ([
          ['frames', number(counts.frames)],
          ['tracks', number(counts.tracks)],
          ['shots', number(counts.shots)],
          ['waiting', number(counts.waiting)],
          ['lost', number(counts.lost)],
        ] as const)),
    ...(memoryMegabytes === null ? [] : ([['memory', `${number(memoryMegabytes)} MB`]] as const)),
    ['id', camera.id],
  ] as const;
  return (
    <Stack>
      <StateLine camera={camera} />
      <RunsWhere camera={camera} />
      <Table variant="vertical" layout="fixed" withTableBorder>
        <Table.Tbody>
          {rows.map(([key, value]) => (
            <Table.Tr key={key}>
              <Table.Th w={150} scope="row">
                {t(`cameras.facts.${key}`)}
              </Table.Th>
              <Table.Td className="anyName">{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}
