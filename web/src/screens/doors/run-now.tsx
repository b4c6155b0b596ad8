// A door opened, or an action done, by hand: asked first, and what became of it is said where it was asked.

import { Alert, Button, Group, Loader, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAlertTriangle, IconCheck, IconDoorEnter, IconInfoCircle, IconPlayerPlay } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { useEvent } from '../../api/events.ts';
import { messageOf } from '../../parts/notices.tsx';
import type { Action, Run } from './door-data.ts';
import { isDoor, stateText } from './door-words.ts';

const UNDER_WAY: ReadonlySet<Run['state']> = new Set(['asked', 'granted', 'started']);

export function RunNow({ action }: { readonly action: Action }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [opened, { open, close }] = useDisclosure(false);
  const [heard, setHeard] = useState<Run | null>(null);
  const door = isDoor(action);
  const ask = useMutation({
    mutationFn: () => dataOf(api.POST('/api/v1/actions/{id}/run', { params: { path: { id: action.id } } })),
    onSettled: () => cache.invalidateQueries({ queryKey: ['runs'] }),
  });
  const answered = ask.data ?? null;
  // What takes longer than the answer waits is told as an event, which may also come before the answer.
  useEvent('run', ({ run: told }) => {
    if (!UNDER_WAY.has(told.state) && (ask.isPending ? told.action.id === action.id : told.id === answered?.id))
      setHeard(told);
  });
  const run = answered !== null && UNDER_WAY.has(answered.state) && heard?.id === answered.id ? heard : answered;

  function begin(): void {
    ask.reset();
    open();
  }

  const name = { name: action.name };
  const isOver = run !== null || ask.isError;
  return (
    <>
      <Button
        size="xs"
        disabled={!action.enabled}
        leftSection={door ? <IconDoorEnter size={16} /> : <IconPlayerPlay size={16} />}
        aria-label={t(door ? 'doors.openOf' : 'doors.runOf', name)}
        onClick={begin}
      >
        {t(door ? 'doors.open' : 'doors.run')}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={t(door ? 'doors.askOpen' : 'doors.askRun', name)}
        classNames={{ title: 'anyName' }}
        closeButtonProps={{ 'aria-label': t('parts.close') }}
      >
        <Stack>
          {!isOver && <Text size="sm">{t(door ? 'doors.askOpenText' : 'doors.askRunText')}</Text>}
          {ask.isError && (
            <Alert color="red" icon={<IconAlertTriangle />} role="alert" className="anyName">
              {messageOf(ask.error)}
            </Alert>
          )}
          {run && <Outcome run={run} door={door} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t(isOver ? 'parts.close' : 'parts.cancel')}
            </Button>
            {!isOver && (
              <Button data-autofocus loading={ask.isPending} onClick={() => ask.mutate()}>
                {t(door ? 'doors.openNow' : 'doors.runNow')}
              </Button>
            )}
          </Group>
        </Stack>
      </Modal>
    </>
  );
}

function Outcome({ run, door }: { readonly run: Run; readonly door: boolean }) {
  const { t } = useTranslation();
  if (UNDER_WAY.has(run.state)) {
    return (
      <Alert color="blue" icon={<IconInfoCircle />} role="status">
        <Group gap="xs">
          <Loader size="xs" /> {t('doors.underWay')}
        </Group>
      </Alert>
    );
  }
  const isDone = run.state === 'done';
  return (
    <Alert
      color={isDone ? 'green' : 'red'}
      icon={isDone ? <IconCheck /> : <IconAlertTriangle />}
      title={stateText(run, door)}
      role={isDone ? 'status' : 'alert'}
    >
      <Text size="sm" className="anyName">
        {run.error ??
          run.evidence.find(({ met }) => !met)?.found ??
          t(isDone ? (door ? 'doors.openedMeans' : 'doors.doneMeans') : 'doors.unclearMeans')}
      </Text>
    </Alert>
  );
}
