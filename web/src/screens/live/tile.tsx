// One camera: its name, how it is, and its picture while it is watched.

import { ActionIcon, Badge, Center, Group, Paper, Text, Tooltip } from '@mantine/core';
import {
  IconArrowsMaximize,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconVideo,
  IconVideoOff,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './live.module.css';
import { Picture } from './picture.tsx';
import { isAway, STATE_COLOUR, type LiveCamera } from './state.ts';

export function Tile({
  camera,
  watched,
  onToggle,
  onLarge,
}: {
  readonly camera: LiveCamera;
  readonly watched: boolean;
  readonly onToggle: () => void;
  readonly onLarge: () => void;
}) {
  const { t } = useTranslation();
  const { id, name, state, reason } = camera;
  const away = isAway(camera);
  return (
    <Paper withBorder className={classes['tile']} component="article" aria-label={name} data-camera={id}>
      <div className={`${classes['screen']} ${away ? classes['away'] : ''}`}>
        {watched && !away ? (
          <Picture camera={id} name={name} />
        ) : (
          <Center className={classes['over']}>
            {away ? (
              <div>
                <IconVideoOff opacity={0.6} />
                <Text size="sm" className="anyName" lineClamp={4}>
                  {reason ?? t(`live.state.${state}`)}
                </Text>
              </div>
            ) : (
              <button type="button" className={classes['start']} onClick={onToggle} tabIndex={-1} aria-hidden>
                <IconVideo opacity={0.6} />
                <Text size="sm">{t('live.paused')}</Text>
              </button>
            )}
          </Center>
        )}
      </div>
      <Group justify="space-between" wrap="nowrap" px="sm" py={6} gap="xs">
        <Group gap="xs" wrap="nowrap" miw={0}>
          <Text fw={600} className="oneLine" title={name}>
            {name}
          </Text>
          <Tooltip label={reason ?? ''} disabled={reason === null} multiline maw={320}>
            <Badge variant="light" color={STATE_COLOUR[state]} tt="none" style={{ flexShrink: 0 }}>
              {t(`live.state.${state}`)}
            </Badge>
          </Tooltip>
        </Group>
        <Group gap={4} wrap="nowrap">
          {!away && (
            <Tooltip label={t(watched ? 'live.pause' : 'live.play')}>
              <ActionIcon
                variant="subtle"
                color="gray"
                onClick={onToggle}
                aria-label={t(watched ? 'live.pauseOf' : 'live.playOf', { name })}
              >
                {watched ? <IconPlayerPauseFilled size={18} /> : <IconPlayerPlayFilled size={18} />}
              </ActionIcon>
            </Tooltip>
          )}
          <Tooltip label={t('live.large')}>
            <ActionIcon variant="subtle" color="gray" onClick={onLarge} aria-label={t('live.largeOf', { name })}>
              <IconArrowsMaximize size={18} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Group>
    </Paper>
  );
}
