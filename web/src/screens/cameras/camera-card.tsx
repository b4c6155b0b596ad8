// One camera of the list: how it is and why, what it reads, what it saw today.

import { Card, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { When } from '../../parts/when.tsx';
import { daysAgo, daysQuery, type Camera } from './camera-data.ts';
import classes from './cameras.module.css';
import { RunsWhere, StateLine } from './state-badge.tsx';

export function CameraCard({ camera }: { readonly camera: Camera }) {
  const { t } = useTranslation();
  const source = camera.settings?.source ?? camera.shows;
  return (
    <Card withBorder padding="md" className={classes['card']} component="article">
      <Stack gap="xs">
        <Group justify="space-between" wrap="nowrap" gap="sm">
          <Text fw={600} className="oneLine" title={camera.name} component="h2" size="md" m={0}>
            <Link to="/cameras/$id" params={{ id: camera.id }} search={{}} className={classes['whole']}>
              {camera.name}
            </Link>
          </Text>
        </Group>
        <StateLine camera={camera} />
        <Text size="sm" c="dimmed" className="oneLine" title={source ?? undefined}>
          {source === null ? t('cameras.ownSource') : source === 'browser:' ? t('cameras.browserSource') : source}
        </Text>
        <Today id={camera.id} />
        <Group justify="space-between" gap="xs">
          <RunsWhere camera={camera} />
          <Text size="xs" c="dimmed" component="div">
            {camera.lastSeenAt === null ? (
              t('cameras.neverSeen')
            ) : (
              <>
                {t('cameras.lastShot')} <When at={camera.lastSeenAt} span inherit />
              </>
            )}
          </Text>
        </Group>
      </Stack>
    </Card>
  );
}

function Today({ id }: { readonly id: string }) {
  const { t, i18n } = useTranslation();
  const { data } = useQuery(daysQuery(id, daysAgo(0)));
  const day = data?.[0];
  const number = (value: number): string => value.toLocaleString(i18n.language);
  const figures = [
    [t('cameras.today.faces'), day ? number(day.faces) : '–'],
    [t('cameras.today.shots'), day ? number(day.shots) : '–'],
    [
      t('cameras.today.usable'),
      day?.usableShare === null || day === undefined ? '–' : `${Math.round(day.usableShare * 100)} %`,
    ],
    [
      t('cameras.today.delay'),
      day?.shotDelayP50 === null || day === undefined ? '–' : `${Math.round(day.shotDelayP50)} ms`,
    ],
  ] as const;
  return (
    <dl className={classes['figures']} aria-label={t('cameras.today.title')}>
      {figures.map(([label, value]) => (
        <div key={label}>
          <Text component="dt" size="xs" c="dimmed">
            {label}
          </Text>
          <Text component="dd" size="sm" fw={600} m={0}>
            {value}
          </Text>
        </div>
      ))}
    </dl>
  );
}
