// Who saw, searched, changed and exported what.

import { Badge, Button, Group, Select, Stack, Table, Text } from '@mantine/core';
import { IconClipboardList } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { Empty } from '../../parts/empty.tsx';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { AuditRow } from './audit-row.tsx';

const PAGE = 100;

export function Audit() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { actor, action, entity } = useSearch({ from: '/inside/audit' });
  const filter = { ...(actor && { actor }), ...(action && { action }), ...(entity && { entity }) };
  const { data: users } = useQuery({
    queryKey: ['users'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/users', { signal })),
  });
  const { data: actions } = useQuery({
    queryKey: ['audit', 'actions'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/audit/actions', { signal })),
  });
  const list = useInfiniteQuery({
    queryKey: ['audit', filter],
    queryFn: ({ signal, pageParam }) =>
      dataOf(
        api.GET('/api/v1/audit', {
          params: { query: { limit: PAGE, ...filter, ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });
  const entries = list.data?.pages.flatMap(({ items }) => items) ?? [];

  function set(change: { actor?: string | undefined; action?: string | undefined; entity?: string | undefined }): void {
    void navigate({ to: '/audit', search: { ...filter, ...change }, replace: true });
  }

  return (
    <>
      <PageHead title={t('shell.audit')} />
      <Stack>
        <Text c="dimmed">{t('access.auditText')}</Text>
        <Group align="flex-end">
          <Select
            label={t('access.who')}
            placeholder={t('access.everybody')}
            data={(users?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            value={actor ?? null}
            onChange={(value) => set({ actor: value ?? undefined })}
            clearable
            searchable
          />
          <Select
            label={t('access.what')}
            placeholder={t('access.everything')}
            data={(actions?.items ?? []).map((name) => ({ value: name, label: actionWords(name) }))}
            value={action ?? null}
            onChange={(value) => set({ action: value ?? undefined })}
            clearable
            searchable
          />
          {entity !== undefined && (
            <Badge
              size="lg"
              variant="light"
              tt="none"
              rightSection={
                <Button size="compact-xs" variant="transparent" onClick={() => set({ entity: undefined })}>
                  ×
                </Button>
              }
            >
              {entity}
            </Badge>
          )}
        </Group>
        {list.error && <Failed error={list.error} onRetry={() => void list.refetch()} />}
        {list.isPending && <Loading />}
        {list.data && entries.length === 0 && <Empty icon={<IconClipboardList />} title={t('access.auditEmpty')} />}
        {entries.length > 0 && (
          <Table.ScrollContainer minWidth={720} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
            <Table verticalSpacing="xs">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('access.when')}</Table.Th>
                  <Table.Th>{t('access.who')}</Table.Th>
                  <Table.Th>{t('access.what')}</Table.Th>
                  <Table.Th>{t('access.about')}</Table.Th>
                  <Table.Th>{t('access.from')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {entries.map((entry) => (
                  <AuditRow
                    key={entry.seq}
                    entry={entry}
                    words={actionWords(entry.action)}
                    onAbout={(id) => set({ entity: id })}
                  />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
        {list.hasNextPage && (
          <Group justify="center">
            <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {t('parts.loadMore')}
            </Button>
          </Group>
        )}
      </Stack>
    </>
  );
}

/** `person.change` in words; an action that has none yet is shown as it is. */
function actionWords(action: string): string {
  const words: Readonly<Record<string, string>> = i18next.t('access.action', { returnObjects: true });
  return words[action.replaceAll(/[.-]/g, '_')] ?? action;
}
