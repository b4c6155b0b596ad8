// Somebody new by name alone; photos can follow on her page.

import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { messageOf } from '../../parts/notices.tsx';

export function NewPerson() {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [opened, { open, close }] = useDisclosure();
  const [name, setName] = useState('');
  useHotkeys([['n', open]]);
  const make = useMutation({
    mutationFn: () => dataOf(api.POST('/api/v1/persons', { body: { name } })),
    onSuccess: async ({ id }) => {
      await cache.invalidateQueries({ queryKey: ['persons'] });
      close();
      await navigate({ to: '/people/$id', params: { id } });
    },
  });
  return (
    <>
      <Button variant="default" onClick={open} title={t('people.keyNew')}>
        {t('people.newPerson')}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={t('people.newPerson')}
        closeButtonProps={{ 'aria-label': t('parts.close') }}
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            make.mutate();
          }}
        >
          <TextInput
            label={t('people.name')}
            value={name}
            data-autofocus
            required
            error={make.isError ? messageOf(make.error) : undefined}
            onChange={({ currentTarget: { value } }) => {
              setName(value);
              make.reset();
            }}
          />
          <Group justify="end" mt="md">
            <Button type="submit" loading={make.isPending}>
              {t('people.make')}
            </Button>
          </Group>
        </form>
      </Modal>
    </>
  );
}
