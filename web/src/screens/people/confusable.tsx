// Who could be taken for her, side by side with the photos that are nearest, and what would help.

import { Anchor, Badge, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf, type Schemas } from '../../api/client.ts';
import { Face } from '../../parts/face.tsx';
import { Failed } from '../../parts/failed.tsx';
import { MergeTwo } from './merge-two.tsx';
import type { WholePerson } from './queries.ts';

export function confusableQuery(id: string) {
  return queryOptions({
    queryKey: ['persons', 'confusable', id],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/persons/{id}/confusable', { params: { path: { id } }, signal })),
    staleTime: 30_000,
  });
}

type Other = Schemas['Confusable']['items'][number];
const SHOWN = 4;

export function Confusable({ person, mayChange }: { readonly person: WholePerson; readonly mayChange: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data, error, isPending, refetch } = useQuery(confusableQuery(person.id));
  const [merging, setMerging] = useState<Other['person'] | null>(null);
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (isPending) return <Skeleton h={100} />;
  if (person.references === 0) return <Text c="dimmed">{t('people.confusableNoPhotos')}</Text>;
  if (data.items.length === 0) return <Text c="dimmed">{t('people.confusableNobody')}</Text>;
  return (
    <Stack gap="sm">
      {data.items.slice(0, SHOWN).map((other) => (
        <Group key={other.person.id} wrap="nowrap" align="start" gap="sm">
          <Group gap={4} wrap="nowrap">
            <Face src={other.referencePicture} name={person.name} size={56} />
            <Face src={other.otherPicture} name={other.person.name} size={56} />
          </Group>
          <Stack gap={2} miw={0} flex={1}>
            <Group gap={6} wrap="nowrap">
              <Anchor
                renderRoot={(props) => <Link to="/people/$id" params={{ id: other.person.id }} {...props} />}
                className="oneLine"
                title={other.person.name}
              >
                {other.person.name}
              </Anchor>
              <Badge
                variant="default"
                tt="none"
                flex="none"
                title={t('people.distanceHint', { threshold: data.threshold })}
              >
                {other.distance.toFixed(2)}
              </Badge>
            </Group>
            <Text size="xs" {...(other.advice === 'none' && { c: 'dimmed' })}>
              {t(`people.advice.${other.advice}`)}
            </Text>
          </Stack>
          {mayChange && (other.advice === 'merge' || other.advice === 'check') && (
            <Button size="compact-sm" variant="default" flex="none" onClick={() => setMerging(other.person)}>
              {t('people.merge')}
            </Button>
          )}
        </Group>
      ))}
      {merging && (
        <MergeTwo
          key={merging.id}
          opened
          onClose={() => setMerging(null)}
          one={person}
          other={merging}
          onMerged={(into) => {
            if (into !== person.id) void navigate({ to: '/people/$id', params: { id: into }, replace: true });
          }}
        />
      )}
    </Stack>
  );
}
