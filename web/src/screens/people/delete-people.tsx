// The end of somebody: forgotten, or erased with all her sightings. There is no way back, so the name is to be typed.

import { Alert, Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { tellDone, tellFailure } from '../../parts/notices.tsx';
import type { Person } from './queries.ts';

/** Of a long name its beginning is enough to have looked. */
const ENOUGH = 30;
function beginningOf(name: string): string {
  return Array.from(name).slice(0, ENOUGH).join('').trim();
}

export function DeletePeople({
  opened,
  onClose,
  people,
  onDeleted,
}: {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly people: readonly Pick<Person, 'id' | 'name'>[];
  readonly onDeleted: () => void;
}) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [how, setHow] = useState<'keep' | 'erase'>('keep');
  const [typed, setTyped] = useState('');
  const [only] = people;
  // Of several: how many.
  const wanted = people.length === 1 && only ? beginningOf(only.name) : String(people.length);
  const fits = typed.trim().normalize('NFC') === wanted.normalize('NFC').trim();
  const remove = useMutation({
    mutationFn: async () => {
      for (const { id } of people) {
        const params = { path: { id }, query: { sightings: how } };
        await dataOf(api.DELETE('/api/v1/persons/{id}', { params }));
      }
    },
    onSuccess: () => {
      tellDone(t(how === 'erase' ? 'people.erased' : 'people.forgotten', { count: people.length }));
      onClose();
      onDeleted();
    },
    onError: tellFailure,
    onSettled: () => cache.invalidateQueries(),
  });
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={
        <Text span className="anyName" lineClamp={3}>
          {people.length === 1 && only
            ? t('people.deleteTitle', { name: only.name })
            : t('people.deleteTitleMany', { count: people.length })}
        </Text>
      }
      closeButtonProps={{ 'aria-label': t('parts.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (fits) remove.mutate();
        }}
      >
        <Stack>
          <Radio.Group
            label={t('people.deleteHow')}
            value={how}
            onChange={(value) => setHow(value === 'erase' ? 'erase' : 'keep')}
          >
            <Stack mt="xs" gap="sm">
              <Radio value="keep" label={t('people.forgetOnly')} description={t('people.forgetOnlyMeans')} />
              <Radio value="erase" label={t('people.eraseAll')} description={t('people.eraseAllMeans')} />
            </Stack>
          </Radio.Group>
          <Alert color="red" icon={<IconAlertTriangle />}>
            {t('people.noWayBack')}
          </Alert>
          <TextInput
            label={
              <span className="anyName">
                {t(people.length === 1 ? 'people.typeName' : 'people.typeCount', { wanted })}
              </span>
            }
            value={typed}
            autoComplete="off"
            data-autofocus
            onChange={({ currentTarget: { value } }) => setTyped(value)}
          />
          <Group justify="end">
            <Button variant="default" onClick={onClose}>
              {t('parts.cancel')}
            </Button>
            <Button type="submit" color="red" disabled={!fits} loading={remove.isPending}>
              {t(how === 'erase' ? 'people.erase' : 'people.forget')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
