// One alert in the list: the picture, what happened, by which rule, and what became of it.

import { Badge, Box, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client.ts';
import { aboutOf, pictureOf, titleOf, type Shots } from '../../parts/alert-words.ts';
import { useCameraNames } from '../../parts/cameras.ts';
import { DecisionBadge } from '../../parts/decision.tsx';
import { Face } from '../../parts/face.tsx';
import { usePersonNames } from '../../parts/person-names.ts';
import { clockTime, dayKey, dayShort } from '../../parts/when.tsx';
import classes from './alerts.module.css';
import { EventIcon } from './event-icon.tsx';
import type { Alert } from './queries.ts';

export function AlertRow({
  alert,
  shots,
  deliveries,
}: {
  readonly alert: Alert;
  readonly shots: Shots;
  readonly deliveries: readonly Schemas['Delivery'][];
}) {
  const { t } = useTranslation();
  const cameras = useCameraNames();
  const persons = usePersonNames(alert.personId === null ? [] : [alert.personId]);
  const title = titleOf(aboutOf(alert), shots, cameras, persons);
  const [first] = alert.sightings;
  const shot = first && shots.get(first.detectionId);
  const outcome = alert.outcomes.at(-1);
  return (
    <div role="listitem">
      <UnstyledButton
        className={classes['row'] ?? ''}
        renderRoot={(props: object) => <Link to="/alerts/$id" params={{ id: alert.id }} {...props} />}
      >
        {first ? (
          <Face src={shot ? pictureOf(first.detectionId) : null} name={null} size={64} />
        ) : (
          <EventIcon event={alert.event} size={64} />
        )}
        <Stack gap={2} flex={1} miw={0}>
          <Group gap="xs">
            <Text fw={600} lineClamp={2} className="anyName">
              {title}
            </Text>
            {shot && <DecisionBadge of={shot} />}
          </Group>
          <Text size="sm" c="dimmed" className="anyName">
            {t('alerts.byRule', { rule: alert.ruleName })}
            {alert.sightings.length > 1 && ` · ${t('alerts.sightings', { count: alert.sightings.length })}`}
          </Text>
          {outcome && (
            <Text size="sm" lineClamp={2} className="anyName">
              {t('alerts.outcome', { by: outcome.by, text: outcome.text })}
            </Text>
          )}
        </Stack>
        <Box className={classes['when']}>
          <Text size="sm">{clockTime(alert.at)}</Text>
          <Text size="sm" c="dimmed">
            {dayShort(dayKey(alert.at))}
          </Text>
          <Messages of={deliveries} />
        </Box>
      </UnstyledButton>
    </div>
  );
}

/** The state of all of its messages in one word: the worst counts. */
function Messages({ of }: { readonly of: readonly Schemas['Delivery'][] }) {
  const { t } = useTranslation();
  if (of.length === 0) return null;
  const failed = of.filter(({ state }) => state === 'failed').length;
  const waiting = of.filter(({ state }) => state === 'queued' || state === 'sending').length;
  const [color, text] =
    failed > 0
      ? (['red', t('alerts.failed', { count: failed })] as const)
      : waiting > 0
        ? (['orange', t('alerts.waiting', { count: waiting })] as const)
        : (['teal', t('alerts.sent', { count: of.length })] as const);
  return (
    <Badge variant="light" color={color} tt="none" size="sm">
      {text}
    </Badge>
  );
}
