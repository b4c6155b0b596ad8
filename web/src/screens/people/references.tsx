// The photos that she is recognised by, how good they are, and what the gate had against them; more by dropping them here.

import { ActionIcon, Badge, Box, Card, Group, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, dataOf, type Schemas } from '../../api/client.ts';
import { ask } from '../../parts/ask.tsx';
import { Failed } from '../../parts/failed.tsx';
import { Face } from '../../parts/face.tsx';
import { tellDone, tellFailure } from '../../parts/notices.tsx';
import { AddPhotos } from './add-photos.tsx';
import type { WholePerson } from './queries.ts';

const GOOD = 0.6;
const FAIR = 0.35;

export function References({ person, mayChange }: { readonly person: WholePerson; readonly mayChange: boolean }) {
  const { t } = useTranslation();
  const path = { id: person.id };
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['persons', 'references', person.id],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/persons/{id}/references', { params: { path }, signal })),
  });
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  const photos = (data?.items ?? []).toSorted((a, b) => b.quality - a.quality);
  return (
    <Stack>
      {isPending && <Skeleton h={150} />}
      {data && photos.length === 0 && <Text c="dimmed">{t('people.noReferences')}</Text>}
      {photos.length > 0 && (
        <SimpleGrid cols={{ base: 2, xs: 3, md: 4 }} spacing="sm" role="list" aria-label={t('people.references')}>
          {photos.map((photo) => (
            <Photo key={photo.id} photo={photo} person={person} mayChange={mayChange} />
          ))}
        </SimpleGrid>
      )}
      {mayChange && <AddPhotos person={person} />}
    </Stack>
  );
}

function Photo({
  photo,
  person,
  mayChange,
}: {
  readonly photo: Schemas['Reference'];
  readonly person: WholePerson;
  readonly mayChange: boolean;
}) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const remove = useMutation({
    mutationFn: () =>
      dataOf(
        api.DELETE('/api/v1/persons/{id}/references/{rid}', { params: { path: { id: person.id, rid: photo.id } } }),
      ),
    onSuccess: () => tellDone(t('people.photoRemoved')),
    onError: tellFailure,
    onSettled: () => cache.invalidateQueries({ queryKey: ['persons'] }),
  });
  const grade = photo.quality >= GOOD ? 'good' : photo.quality >= FAIR ? 'fair' : 'poor';
  return (
    <Card withBorder padding={6} role="listitem">
      <Box>
        <Face src={photo.picture} name={person.name} size="100%" />
      </Box>
      <Group justify="space-between" wrap="nowrap" mt={6} gap={4}>
        <Badge
          variant="light"
          tt="none"
          color={{ good: 'green', fair: 'orange', poor: 'red' }[grade]}
          title={t('people.qualityIs', { percent: Math.round(photo.quality * 100) })}
        >
          {t(`people.quality.${grade}`)} · {Math.round(photo.quality * 100)}
        </Badge>
        {mayChange && (
          <ActionIcon
            variant="subtle"
            color="red"
            size="sm"
            loading={remove.isPending}
            aria-label={t('people.photoRemove')}
            title={t('people.photoRemove')}
            onClick={() =>
              ask(t('people.photoRemove'), t('people.photoRemoveMeans'), {
                confirm: t('people.photoRemove'),
                onConfirm: () => remove.mutate(),
              })
            }
          >
            <IconTrash size={15} />
          </ActionIcon>
        )}
      </Group>
      <Text size="xs" c="dimmed">
        {t(`people.source.${photo.source}`)}
      </Text>
      {photo.warnings.map((code) => (
        <Text key={code} size="xs">
          {t(`people.gate.${code}`)}
        </Text>
      ))}
    </Card>
  );
}
