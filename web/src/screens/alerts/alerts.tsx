// What rules have told, the latest first, with what became of it; new ones come by themselves.

import { Anchor, Button, Stack } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.ts';
import { Empty } from '../../parts/empty.tsx';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { More } from '../../parts/more.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { AlertFilterBar } from './alert-filter.tsx';
import { AlertRow } from './alert-row.tsx';
import { filterOf, isFiltered, searchOf } from './filter.ts';
import { alertsQuery, useDeliveriesOf } from './queries.ts';
import { Snoozes } from './snoozes.tsx';

export function Alerts() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ from: '/inside/alerts' });
  const filter = useMemo(() => filterOf(search), [search]);
  const list = useInfiniteQuery(alertsQuery(filter));
  const pages = list.data?.pages ?? [];
  const deliveries = useDeliveriesOf(pages.map(({ items }) => items.map(({ id }) => id)));
  const isEmpty = list.data !== undefined && pages.every(({ items }) => items.length === 0) && !list.hasNextPage;
  return (
    <>
      <PageHead title={t('alerts.title')} />
      <Stack gap="md">
        <Snoozes />
        <AlertFilterBar
          filter={filter}
          onChange={(next) => void navigate({ to: '/alerts', search: searchOf(next), replace: true })}
        />
        {list.error && pages.length === 0 && <Failed error={list.error} onRetry={() => void list.refetch()} />}
        {list.isPending && <Loading />}
        {isEmpty && (
          <Nothing
            filtered={isFiltered(filter)}
            onClear={() => void navigate({ to: '/alerts', search: {}, replace: true })}
          />
        )}
        <div role="list" aria-label={t('alerts.title')}>
          {pages.flatMap(({ items, shots }) =>
            items.map((alert) => (
              <AlertRow key={alert.id} alert={alert} shots={shots} deliveries={deliveries.get(alert.id) ?? []} />
            )),
          )}
        </div>
        <More list={list} />
      </Stack>
    </>
  );
}

function Nothing({ filtered, onClear }: { readonly filtered: boolean; readonly onClear: () => void }) {
  const { t } = useTranslation();
  const may = useMay('administrator');
  if (filtered) {
    return (
      <Empty icon={<IconBell />} title={t('alerts.nothing')}>
        <Button variant="default" onClick={onClear}>
          {t('log.clear')}
        </Button>
      </Empty>
    );
  }
  return (
    <Empty icon={<IconBell />} title={t('alerts.none')}>
      {t('alerts.noneText')}{' '}
      {may && (
        <Anchor component={Link} to="/rules" underline="always">
          {t('alerts.toRules')}
        </Anchor>
      )}
    </Empty>
  );
}
