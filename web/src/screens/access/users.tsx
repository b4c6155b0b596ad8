// Users: who they are, what they may, and which cameras they see.

import { Badge, Button, Group, Table, Text } from '@mantine/core';
import { IconUserPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, dataOf, type Schemas } from '../../api/client.ts';
import { useSession } from '../../api/session.ts';
import { ask } from '../../parts/ask.tsx';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { tellDone, tellFailure } from '../../parts/notices.tsx';
import { When } from '../../parts/when.tsx';
import { openForm } from '../../parts/form-dialog.tsx';
import { AccessList } from './access-parts.tsx';
import { UserForm } from './user-form.tsx';

export function Users() {
  const { t } = useTranslation();
  const { user: self } = useSession();
  const { data, error, refetch } = useQuery({
    queryKey: ['users'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/users', { signal })),
  });
  const remove = useRemoveUser();
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;

  function edit(user?: Schemas['User']): void {
    openForm(user ? t('access.edit', { name: user.name }) : t('access.addUser'), (close) => (
      <UserForm {...(user && { user })} onDone={close} />
    ));
  }

  function askRemove(user: Schemas['User']): void {
    ask(t('access.removeUser', { name: user.name }), t('access.removeUserText'), {
      confirm: t('access.remove'),
      onConfirm: () => remove.mutate(user),
    });
  }

  return (
    <AccessList
      text={t('access.usersText')}
      icon={<IconUserPlus size={18} />}
      add={t('access.addUser')}
      onAdd={() => edit()}
      heads={[t('access.name'), t('access.role'), t('access.cameras'), t('access.lastLogin')]}
    >
      {data.items.map((user) => (
        <Table.Tr key={user.id}>
          <Table.Td maw={240}>
            <Group gap="xs">
              <Text className="anyName">{user.name}</Text>
              {user.id === self?.id && <Badge variant="light">{t('access.you')}</Badge>}
              {user.disabled && <Badge color="red">{t('access.disabled')}</Badge>}
              {user.totp && <Badge color="gray">{t('access.totp')}</Badge>}
            </Group>
          </Table.Td>
          <Table.Td>{t(`access.${user.role}`)}</Table.Td>
          <Table.Td maw={200}>
            <Text size="sm" className="anyName">
              {user.cameras === null ? t('access.allCameras') : user.cameras.join(', ')}
            </Text>
          </Table.Td>
          <Table.Td>
            {user.lastLoginAt === null ? t('access.never') : <When at={user.lastLoginAt} size="sm" />}
          </Table.Td>
          <Table.Td>
            <Group gap="xs" justify="flex-end" wrap="nowrap">
              <Button size="xs" variant="default" onClick={() => edit(user)}>
                {t('access.change')}
              </Button>
              <Button
                size="xs"
                variant="subtle"
                color="red"
                disabled={user.id === self?.id}
                onClick={() => askRemove(user)}
              >
                {t('access.remove')}
              </Button>
            </Group>
          </Table.Td>
        </Table.Tr>
      ))}
    </AccessList>
  );
}

function useRemoveUser() {
  const { t } = useTranslation();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ id }: Schemas['User']) => dataOf(api.DELETE('/api/v1/users/{id}', { params: { path: { id } } })),
    onSuccess: (_gone, { name }) => tellDone(t('access.userRemoved', { name })),
    onError: tellFailure,
    onSettled: () => cache.invalidateQueries({ queryKey: ['users'] }),
  });
}
