// One photo of somebody who is being enrolled: what was said about it, and what can be done.

import { Badge, Button, Group, Loader, Paper, Stack, Text, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Face } from '../../parts/face.tsx';
import { mayForce } from '../../parts/gate.ts';
import { useObjectUrl } from '../../parts/object-url.ts';
import { Findings, VerdictBadge } from '../../parts/verdict.tsx';
import type { QueuedPhoto } from './enrol-queue.ts';

const SIZE = 112;

export function PhotoCard({
  photo,
  nr,
  busy,
  onForce,
  onAgain,
  onRemove,
}: {
  readonly photo: QueuedPhoto;
  readonly nr: number;
  readonly busy: boolean;
  readonly onForce: () => void;
  readonly onAgain: () => void;
  readonly onRemove: () => void;
}) {
  const { t } = useTranslation();
  const url = useObjectUrl(photo.file);
  const { state, findings, message } = photo;
  const isTaken = state === 'accepted' || state === 'warned';
  const said = state === 'failed' ? t('adding.notSent') : t(`adding.${state}`);
  return (
    <Paper withBorder p="xs" component="li" aria-label={t('adding.photoOf', { nr, state: said })}>
      <Group wrap="nowrap" align="flex-start">
        <Face src={url} name={t('adding.photoNr', { nr })} size={SIZE} />
        <Stack gap={6} style={{ flex: 1, minWidth: 0 }}>
          <Group gap="xs">
            {state === 'sending' && <Loader size="xs" />}
            {state === 'accepted' || state === 'warned' || state === 'refused' ? (
              <VerdictBadge verdict={state} />
            ) : (
              <Badge variant="light" color={state === 'failed' ? 'red' : 'gray'} tt="none">
                {said}
              </Badge>
            )}
          </Group>
          <Findings of={findings} />
          {message !== '' && (
            <Text size="sm" className="anyName">
              {message}
            </Text>
          )}
          {!isTaken && state !== 'sending' && (
            <Group gap="xs">
              {state === 'refused' && mayForce(findings) && (
                <Tooltip label={t('adding.forceHint')} multiline maw={280}>
                  <Button size="compact-sm" variant="light" color="orange" disabled={busy} onClick={onForce}>
                    {t('adding.force')}
                  </Button>
                </Tooltip>
              )}
              {state === 'failed' && (
                <Button size="compact-sm" variant="light" disabled={busy} onClick={onAgain}>
                  {t('adding.again')}
                </Button>
              )}
              <Button size="compact-sm" variant="default" disabled={busy} onClick={onRemove}>
                {t('adding.remove')}
              </Button>
            </Group>
          )}
        </Stack>
      </Group>
    </Paper>
  );
}
