// Everybody: faces to look through, find, and do something with several of them at once.

import { Button, Group, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconUserPlus, IconUsers } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.ts';
import { Empty } from '../../parts/empty.tsx';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Groups } from './groups.tsx';
import { NewPerson } from './new-person.tsx';
import { PeopleFilters } from './people-filters.tsx';
import { PeopleGrid } from './people-grid.tsx';
import { countQuery, filtersOf, peopleQuery, type Person } from './queries.ts';
import { SelectionBar } from './selection-bar.tsx';

export function People() {
  const { t } = useTranslation();
  const mayChange = useMay('operator');
  const search = useSearch({ from: '/inside/people' });
  const navigate = useNavigate({ from: '/people' });
  const { filters, sort } = filtersOf(search);
  const list = useInfiniteQuery({ ...peopleQuery(filters, sort), placeholderData: keepPreviousData });
  const count = useQuery({ ...countQuery(filters), placeholderData: keepPreviousData }).data?.persons;
  const people = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const [selected, setSelected] = useState<ReadonlyMap<string, Person>>(new Map());
  const isFiltered = Object.entries(search).some(([key, value]) => key !== 'sort' && value !== undefined);
  useHotkeys([['Escape', () => setSelected(new Map())]]);

  function toggle(person: Person): void {
    const next = new Map(selected);
    if (!next.delete(person.id)) next.set(person.id, person);
    setSelected(next);
  }

  return (
    <>
      <PageHead title={t('people.title')}>
        {mayChange && (
          <>
            <Groups
              chosen={filters.group}
              onChoose={(group) => void navigate({ search: (before) => ({ ...before, group }), replace: true })}
            />
            <NewPerson />
            <Button component={Link} to="/people/add" leftSection={<IconUserPlus size={18} />}>
              {t('people.addPhotos')}
            </Button>
          </>
        )}
      </PageHead>
      <PeopleFilters
        search={search}
        onChange={(next) => void navigate({ search: (before) => ({ ...before, ...next }), replace: true })}
      />
      <Group justify="space-between" mih={36} mb="xs">
        <Text c="dimmed" size="sm" role="status">
          {count === undefined ? '' : t('people.count', { count })}
        </Text>
        <Text c="dimmed" size="xs" visibleFrom="md">
          {t(mayChange ? 'people.keys' : 'people.keysLook')}
        </Text>
      </Group>
      {selected.size > 0 && <SelectionBar selected={[...selected.values()]} onDone={() => setSelected(new Map())} />}
      {list.isError && <Failed error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Loading />}
      {list.isSuccess && people.length === 0 && (
        <Empty icon={<IconUsers />} title={t(isFiltered ? 'people.nobodyFits' : 'people.nobodyYet')}>
          {isFiltered ? (
            <Button variant="default" onClick={() => void navigate({ search: { sort: search.sort }, replace: true })}>
              {t('people.clearFilters')}
            </Button>
          ) : (
            <>
              <Text mb="md">{t('people.nobodyYetHow')}</Text>
              <Group justify="center">
                {mayChange && (
                  <Button component={Link} to="/people/add">
                    {t('people.addPhotos')}
                  </Button>
                )}
                <Button component={Link} to="/strangers" variant="default">
                  {t('people.toStrangers')}
                </Button>
              </Group>
            </>
          )}
        </Empty>
      )}
      {people.length > 0 && (
        <PeopleGrid
          people={people}
          total={count ?? people.length}
          selected={selected}
          {...(mayChange && { onToggle: toggle })}
          onSelectAll={() => setSelected(new Map(people.map((person) => [person.id, person])))}
          onEnd={() => {
            if (list.hasNextPage && !list.isFetching) void list.fetchNextPage();
          }}
        />
      )}
    </>
  );
}
