// How a camera is, in a word and a colour.

import { Badge, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Camera, State } from './camera-data.ts';

const COLOUR: Readonly<Record<State, string>> = {
  running: 'green',
  starting: 'blue',
  connecting: 'blue',
  retrying: 'orange',
  restarting: 'orange',
  ended: 'gray',
  offline: 'red',
};

export function StateBadge({ state }: { readonly state: State }) {
  const { t } = useTranslation();
  return (
    <Badge variant="light" color={COLOUR[state]} style={{ flexShrink: 0 }}>
      {t(`cameras.states.${state}`)}
    </Badge>
  );
}

export function StateLine({ camera }: { readonly camera: Camera }) {
  return (
    <Group gap="sm" align="flex-start" wrap="nowrap" role="status">
      <StateBadge state={camera.state} />
      {camera.reason !== null && (
        <Text size="sm" className="anyName">
          {camera.reason}
        </Text>
      )}
    </Group>
  );
}

/** Who runs its program. */
export function RunsWhere({ camera }: { readonly camera: Camera }) {
  const { t } = useTranslation();
  const where = camera.fixed ? 'fixed' : camera.runsHere && camera.settings ? 'here' : 'elsewhere';
  return (
    <Text size="xs" c="dimmed">
      {t(`cameras.runs.${where}`)}
    </Text>
  );
}
