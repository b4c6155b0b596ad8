// Whom the photos are of: somebody who is here already, or a new name.

import { Badge, Button, Group, Paper, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useEffect, useEffectEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf, type Schemas } from '../../api/client.ts';
import { PersonPicker, type Picked } from '../../parts/person-picker.tsx';

export function Who({
  who,
  locked,
  onPick,
}: {
  readonly who: Picked | null;
  /** Photos are hers already. */
  readonly locked: boolean;
  readonly onPick: (who: Picked | null) => void;
}) {
  const { t } = useTranslation();
  // Other screens lead here with somebody in mind.
  const { person: id } = useSearch({ from: '/inside/people/add' });
  const { data } = useQuery({
    queryKey: ['persons', id],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/persons/{id}', { params: { path: { id: id ?? '' } }, signal })),
    enabled: id !== undefined,
  });
  const given = useEffectEvent((person: Schemas['Person']) => {
    if (who === null) onPick({ person });
  });
  useEffect(() => {
    if (data) given(data);
  }, [data]);

  if (who === null) {
    return <PersonPicker label={t('adding.who')} mayCreate onPick={onPick} />;
  }
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" wrap="nowrap">
        <Group gap="xs" style={{ minWidth: 0 }}>
          <Text fw={600} className="anyName">
            {'person' in who ? who.person.name : who.newName}
          </Text>
          {'newName' in who && (
            <Badge variant="light" tt="none">
              {t('adding.newPerson')}
            </Badge>
          )}
        </Group>
        {!locked && (
          <Button variant="subtle" onClick={() => onPick(null)}>
            {t('adding.change')}
          </Button>
        )}
      </Group>
    </Paper>
  );
}
