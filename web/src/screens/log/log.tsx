// The log: everything that was seen, by days, to look through, correct and confirm.

import { ActionIcon, Anchor, Button, Stack, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArrowUp, IconHistory, IconKeyboard, IconVideoPlus } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.ts';
import { Empty } from '../../parts/empty.tsx';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { undoLast } from '../../parts/notices.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { useVisitActs } from '../../parts/visit-acts.tsx';
import type { Target } from '../../parts/visit-change.ts';
import { entryKey, type Entry } from '../../parts/visit-entry.ts';
import { BulkBar } from './bulk-bar.tsx';
import { useEntries } from './entries.ts';
import { EntryList } from './entry-list.tsx';
import { filterOf, isFiltered, queryOf, searchOf, type LogFilter } from './filter.ts';
import { LogFilterBar } from './filter-bar.tsx';
import { Help } from './help.tsx';
import { Opened, useOpened, type OpenedAddress } from './opened.tsx';
import { useAtTop } from './use-at-top.ts';
import { useKeys } from '../../parts/use-keys.ts';
import { useSelection } from './use-selection.ts';
import classes from './log.module.css';

export function Log() {
  const { t } = useTranslation();
  const may = useMay('operator');
  const search = useSearch({ from: '/inside/log' });
  const navigate = useNavigate({ from: '/log' });
  const filter = useMemo(() => filterOf(search), [search]);
  const query = useMemo(() => queryOf(filter), [filter]);
  const isAtTop = useAtTop();
  const { list, entries, waiting, accept } = useEntries(query, isAtTop);
  const selection = useSelection(entries);
  const [help, { open: openHelp, close: closeHelp }] = useDisclosure(false);
  const [current, setCurrent] = useState<string | null>(null);

  const { visit, shot } = search;
  const isOpen = visit !== undefined || shot !== undefined;
  const listed = entries.find((entry) => (visit === undefined ? entry.id === shot : entry.visit === visit));
  const opened = useOpened({ visit, shot }, listed);

  const show = (address: OpenedAddress): void =>
    void navigate({ search: { ...searchOf(filter), ...address }, replace: isOpen, resetScroll: false });
  const open = (entry: Entry): void => {
    setCurrent(entryKey(entry));
    show(entry.visit === null ? { shot: entry.id } : { visit: entry.visit });
  };
  const setFilter = (next: LogFilter): void => {
    selection.clear();
    void navigate({ search: searchOf(next), replace: true });
  };

  const { acts, dialogs } = useVisitActs(({ detections }) => {
    selection.clear();
    // What was open has moved on: to somebody else's visit, or nowhere.
    const [first] = detections;
    if (isOpen && first?.visit) show({ visit: first.visit });
    else if (isOpen && detections.length === 0 && visit === undefined) show({});
  });

  /** Those that are ticked, else the one that is open, else where the keyboard stands. */
  function targets(): readonly Target[] {
    if (selection.size > 0) return selection.entries.map((entry) => ({ entry }));
    const one = opened.entry ?? entries.find((entry) => entryKey(entry) === current);
    return one ? [{ entry: one }] : [];
  }
  function act(work: (targets: readonly Target[]) => void): () => void {
    return () => {
      const all = targets();
      if (may && all.length > 0) work(all);
    };
  }
  function step(by: number): void {
    const at = entries.findIndex((entry) => entryKey(entry) === current);
    const next = entries[at === -1 ? 0 : Math.min(entries.length - 1, Math.max(0, at + by))];
    if (!next) return;
    if (isOpen) open(next);
    else setCurrent(entryKey(next));
  }
  const choose = (range: boolean) => () => {
    const entry = entries.find((one) => entryKey(one) === current);
    if (may && entry) selection.toggle(entry, range);
  };
  useKeys({
    j: () => step(1),
    ArrowDown: () => step(1),
    k: () => step(-1),
    ArrowUp: () => step(-1),
    Escape: () => (selection.size > 0 ? selection.clear() : isOpen && show({})),
    x: choose(false),
    X: choose(true),
    y: act((all) => somebodys(all).length > 0 && void acts.confirm(somebodys(all))),
    n: act((all) => somebodys(all).length > 0 && void acts.notHer(somebodys(all))),
    i: act((all) => acts.is(all)),
    p: act((all) => void acts.move(all, null)),
    m: act(([only]) => only?.entry.person && acts.merge(only.entry)),
    d: act((all) => void acts.discard(all)),
    e: act((all) => acts.erase(all)),
    u: () => void undoLast(),
    'mod+z': () => void undoLast(),
    '?': openHelp,
  });

  return (
    <>
      <PageHead title={t('log.title')}>
        <Tooltip label={t('log.keys.title')}>
          <ActionIcon variant="default" size="lg" aria-label={t('log.keys.title')} onClick={openHelp} visibleFrom="sm">
            <IconKeyboard size={18} />
          </ActionIcon>
        </Tooltip>
      </PageHead>
      <Stack gap="sm">
        <LogFilterBar filter={filter} onChange={setFilter} />
        <div className={classes['columns']}>
          <div className={classes['list']}>
            {waiting > 0 && (
              <div className={classes['news']} role="status">
                <Button
                  size="compact-md"
                  radius="xl"
                  leftSection={<IconArrowUp size={16} />}
                  onClick={() => {
                    accept();
                    globalThis.scrollTo({ top: 0 });
                  }}
                >
                  {t('log.waiting', { count: waiting })}
                </Button>
              </div>
            )}
            {list.error && entries.length === 0 ? (
              <Failed error={list.error} onRetry={() => void list.refetch()} />
            ) : list.isPending ? (
              <Loading />
            ) : entries.length === 0 && !list.hasNextPage ? (
              <Nothing filtered={isFiltered(filter)} onClear={() => setFilter({ cameras: [] })} />
            ) : (
              <EntryList
                entries={entries}
                current={current}
                openKey={opened.entry && isOpen ? entryKey(opened.entry) : null}
                selection={may ? selection : null}
                hasMore={list.hasNextPage}
                isLoading={list.isFetchingNextPage}
                onMore={() => void list.fetchNextPage()}
                onOpen={open}
                onCurrent={(entry) => setCurrent(entryKey(entry))}
              />
            )}
            {list.error && entries.length > 0 && (
              <Failed error={list.error} onRetry={() => void list.fetchNextPage()} />
            )}
          </div>
          {isOpen && <Opened opened={opened} acts={acts} onClose={() => show({})} />}
        </div>
      </Stack>
      {may && <BulkBar selection={selection} acts={acts} />}
      {dialogs}
      <Help opened={help} onClose={closeHelp} />
    </>
  );
}

function somebodys(all: readonly Target[]): readonly Target[] {
  return all.filter(({ entry }) => entry.person !== null);
}

function Nothing({ filtered, onClear }: { readonly filtered: boolean; readonly onClear: () => void }) {
  const { t } = useTranslation();
  if (filtered) {
    return (
      <Empty icon={<IconHistory />} title={t('log.nothing')}>
        <Button variant="default" onClick={onClear}>
          {t('log.clear')}
        </Button>
      </Empty>
    );
  }
  return (
    <Empty icon={<IconVideoPlus />} title={t('log.empty')}>
      {t('log.emptyText')}{' '}
      <Anchor component={Link} to="/cameras">
        {t('log.addCamera')}
      </Anchor>
    </Empty>
  );
}
