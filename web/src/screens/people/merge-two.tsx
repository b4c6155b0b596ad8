// Two persons are one: whose name stays, and what that means.

import { Button, Group, Modal, Radio, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { Face } from '../../parts/face.tsx';
import { tellFailure, tellUndoable } from '../../parts/notices.tsx';
import type { Person } from './queries.ts';

type Short = Pick<Person, 'id' | 'name' | 'kind' | 'picture'>;

export function MergeTwo({
  opened,
  onClose,
  one,
  other,
  onMerged,
}: {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly one: Short;
  readonly other: Short;
  /** Hears who she is now. */
  readonly onMerged: (into: string) => void;
}) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const isFree = one.kind === other.kind;
  // A name stays; between two of a kind somebody says which.
  const [kept, setKept] = useState(one.kind === 'unknown' && other.kind === 'known' ? other.id : one.id);
  const [into, from] = kept === one.id ? [one, other] : [other, one];
  const merge = useMutation({
    mutationFn: () =>
      dataOf(
        api.POST('/api/v1/persons/{id}/merge', {
          params: { path: { id: from.id } },
          body: { into: into.id, confirmed: true },
        }),
      ),
    onSuccess: ({ id, entries }) => {
      tellUndoable(t('people.merged', { from: from.name, into: into.name }), entries, cache);
      onClose();
      onMerged(id);
    },
    onError: tellFailure,
    onSettled: () => cache.invalidateQueries({ queryKey: ['persons'] }),
  });
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('people.mergeTitle')}
      closeButtonProps={{ 'aria-label': t('parts.close') }}
    >
      <Stack>
        <Group grow wrap="nowrap" align="start">
          {[one, other].map((person) => (
            <Stack key={person.id} gap={4} align="center" miw={0}>
              <Face src={person.picture} name={person.name} size={120} />
              <Text className="oneLine" maw="100%" title={person.name}>
                {person.name}
              </Text>
            </Stack>
          ))}
        </Group>
        {isFree && (
          <Radio.Group label={t('people.mergeKeep')} value={kept} onChange={setKept}>
            <Stack gap="xs" mt="xs">
              {[one, other].map(({ id, name }) => (
                <Radio key={id} value={id} label={<span className="anyName">{name}</span>} />
              ))}
            </Stack>
          </Radio.Group>
        )}
        <Text className="anyName">{t('people.mergeMeans', { from: from.name, into: into.name })}</Text>
        <Group justify="end">
          <Button variant="default" onClick={onClose}>
            {t('parts.cancel')}
          </Button>
          <Button loading={merge.isPending} onClick={() => merge.mutate()}>
            {t('people.merge')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
