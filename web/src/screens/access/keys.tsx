// API keys: what programs and cameras come in with.

import { Badge, Button, Group, Table } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, dataOf, type Schemas } from '../../api/client.ts';
import { ask } from '../../parts/ask.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { tellFailure } from '../../parts/notices.tsx';
import { When } from '../../parts/when.tsx';
import { openForm } from '../../parts/form-dialog.tsx';
import { AccessList } from './access-parts.tsx';
import { KeyForm } from './key-form.tsx';

export function Keys() {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: ['keys'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/keys', { signal })),
  });
  const revoke = useMutation({
    mutationFn: (id: string) => dataOf(api.DELETE('/api/v1/keys/{id}', { params: { path: { id } } })),
    onError: tellFailure,
    onSettled: () => cache.invalidateQueries({ queryKey: ['keys'] }),
  });
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;

  function askRevoke(key: Schemas['Key']): void {
    ask(t('access.revokeKey', { name: key.name }), t('access.revokeText'), {
      confirm: t('access.revoke'),
      onConfirm: () => revoke.mutate(key.id),
    });
  }

  return (
    <AccessList
      text={t('access.keysText')}
      icon={<IconKey size={18} />}
      add={t('access.addKey')}
      onAdd={() => openForm(t('access.addKey'), (close) => <KeyForm onDone={close} />)}
      heads={[t('access.name'), t('access.scopes'), t('access.camera'), t('access.lastUsed')]}
      {...(data.items.length === 0 && {
        empty: (
          <Empty icon={<IconKey />} title={t('access.noKeys')}>
            {t('access.noKeysText')}
          </Empty>
        ),
      })}
    >
      {data.items.map((key) => (
        <Table.Tr key={key.id}>
          <Table.Td maw={240} className="anyName">
            {key.name}
          </Table.Td>
          <Table.Td>
            <Group gap={4}>
              {key.scopes.map((scope) => (
                <Badge key={scope} variant="light" tt="none">
                  {t(`access.scope_${scope}`)}
                </Badge>
              ))}
            </Group>
          </Table.Td>
          <Table.Td className="anyName">{key.camera ?? t('access.allCameras')}</Table.Td>
          <Table.Td>{key.lastUsedAt === null ? t('access.never') : <When at={key.lastUsedAt} size="sm" />}</Table.Td>
          <Table.Td>
            <Button size="xs" variant="subtle" color="red" onClick={() => askRevoke(key)}>
              {t('access.revoke')}
            </Button>
          </Table.Td>
        </Table.Tr>
      ))}
    </AccessList>
  );
}
