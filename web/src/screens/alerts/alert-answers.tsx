// What can be said to an alert beside whose face it is: open the door, be quiet for a while.

import { Button, Group, Menu } from '@mantine/core';
import { IconBellZ, IconChevronDown, IconDoor } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { ask } from '../../parts/ask.tsx';
import { tellDone, tellFailure } from '../../parts/notices.tsx';
import { duration } from '../../parts/said.ts';
import type { Alert } from './queries.ts';

const MINUTES = [15, 60, 480, 1440] as const;

export function AlertAnswers({ alert }: { readonly alert: Alert }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const may = useMay('operator');
  const actions = useQuery({
    queryKey: ['actions'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/actions', { signal })),
    enabled: may,
  }).data;
  // Who was seen at that door is whom it is opened for, as its log says; an alert may tell of several cameras.
  const doors = (actions?.items ?? []).flatMap(({ id, name, enabled, access }) => {
    const seen = alert.sightings.find(({ cameraId }) => access?.cameras.includes(cameraId));
    return enabled && seen ? [{ id, name, detectionId: seen.detectionId }] : [];
  });
  const [first] = alert.sightings;
  const about = first && { detectionId: first.detectionId };
  const answer = useMutation({
    mutationFn: (
      body:
        | { answer: 'open'; actionId: string; detectionId: string }
        | { answer: 'snooze'; minutes: number; detectionId?: string },
    ) => dataOf(api.POST('/api/v1/alerts/{id}/answer', { params: { path: { id: alert.id } }, body })),
    onSuccess: (_, { answer: given }) => tellDone(t(given === 'open' ? 'alerts.doorAsked' : 'alerts.isQuiet')),
    onError: tellFailure,
    onSettled: () => cache.invalidateQueries(),
  });
  if (!may) return null;
  return (
    <Group gap="xs" mb="md" role="group" aria-label={t('alerts.answers')}>
      {doors.map(({ id, name, detectionId }) => (
        <Button
          key={id}
          size="xs"
          variant="light"
          color="teal"
          leftSection={<IconDoor size={16} />}
          disabled={answer.isPending}
          onClick={() =>
            ask(t('alerts.openTitle', { name }), t('alerts.openText'), {
              confirm: t('alerts.open', { name }),
              removes: false,
              onConfirm: () => answer.mutate({ answer: 'open', actionId: id, detectionId }),
            })
          }
        >
          {t('alerts.open', { name })}
        </Button>
      ))}
      <Menu position="bottom-start" withinPortal>
        <Menu.Target>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconBellZ size={16} />}
            rightSection={<IconChevronDown size={14} />}
            disabled={answer.isPending}
          >
            {t('alerts.snooze')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {MINUTES.map((minutes) => (
            <Menu.Item key={minutes} onClick={() => answer.mutate({ answer: 'snooze', minutes, ...about })}>
              {t('alerts.snoozeFor', { time: duration(minutes * 60) })}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
