// A stranger's page begins with the question who she is: somebody who looks like her, anybody, or somebody new.

import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { Face } from '../../parts/face.tsx';
import { tellFailure, tellUndoable } from '../../parts/notices.tsx';
import { PersonPicker, type Picked } from '../../parts/person-picker.tsx';
import { confusableQuery } from './confusable.tsx';
import type { WholePerson } from './queries.ts';

const MOST_OFFERED = 3;

export function WhoIsThis({ person }: { readonly person: WholePerson }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const { data } = useQuery(confusableQuery(person.id));
  const offered = (data?.items ?? []).filter((item) => item.person.kind === 'known').slice(0, MOST_OFFERED);
  const params = { path: { id: person.id } };

  const name = useMutation({
    mutationFn: (newName: string) =>
      dataOf(api.PATCH('/api/v1/persons/{id}', { params, body: { name: newName, ifVersion: person.version } })),
    onSuccess: (named) => {
      const entries = [...named.entries, ...(named.lookBack?.entry ? [{ seq: named.lookBack.entry }] : [])];
      const count = named.lookBack?.sightings ?? 0;
      tellUndoable(
        count > 0 ? t('people.namedWith', { name: named.name, count }) : t('people.named', { name: named.name }),
        entries,
        cache,
      );
    },
    onError: tellFailure,
    onSettled: () => cache.invalidateQueries({ queryKey: ['persons'] }),
  });
  const merge = useMutation({
    mutationFn: (into: string) => dataOf(api.POST('/api/v1/persons/{id}/merge', { params, body: { into } })),
    onSuccess: async (now) => {
      tellUndoable(t('people.merged', { from: person.name, into: now.name }), now.entries, cache);
      await navigate({ to: '/people/$id', params: { id: now.id }, replace: true });
      await cache.invalidateQueries({ queryKey: ['persons'] });
    },
    onError: tellFailure,
  });
  function pick(picked: Picked): void {
    if ('person' in picked) merge.mutate(picked.person.id);
    else name.mutate(picked.newName);
  }
  return (
    <Paper withBorder p="md" component="section" aria-label={t('people.whoIsThis')}>
      <Title order={2} size="h4" mb="sm">
        {t('people.whoIsThis')}
      </Title>
      <Stack gap="sm">
        {offered.length > 0 && (
          <Group gap="xs">
            <Text size="sm" c="dimmed">
              {t('people.perhaps')}
            </Text>
            {offered.map((item) => (
              <Button
                key={item.person.id}
                variant="default"
                maw={260}
                leftSection={<Face src={item.otherPicture} name={item.person.name} size={26} />}
                loading={merge.isPending && merge.variables === item.person.id}
                onClick={() => merge.mutate(item.person.id)}
              >
                {item.person.name}
              </Button>
            ))}
          </Group>
        )}
        <PersonPicker mayCreate except={person.id} label={t('people.whoLabel')} onPick={pick} />
      </Stack>
    </Paper>
  );
}
