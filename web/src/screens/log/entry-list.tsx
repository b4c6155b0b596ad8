// The log by days, however long: only what is in sight is in the document, and more is loaded before its end comes into sight.

import { Button, Checkbox, Text } from '@mantine/core';
import { defaultRangeExtractor, useWindowVirtualizer, type Range } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Loading } from '../../parts/loading.tsx';
import { entryKey, type Entry } from '../../parts/visit-entry.ts';
import { dayKey, dayName } from '../../parts/when.tsx';
import { EntryRow, rowId } from './entry-row.tsx';
import type { Selection } from './use-selection.ts';
import classes from './log.module.css';

type Item = { readonly day: string; readonly entries: readonly Entry[] } | { readonly entry: Entry };

const ROW = 60;
const DAY = 40;
/** So many before the end the next page is asked for. */
const EARLY = 90;

export function EntryList({
  entries,
  current,
  openKey,
  selection,
  hasMore,
  isLoading,
  onMore,
  onOpen,
  onCurrent,
}: {
  readonly entries: readonly Entry[];
  /** The keyboard stands here. */
  readonly current: string | null;
  readonly openKey: string | null;
  /** Null for those who only look. */
  readonly selection: Selection | null;
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly onMore: () => void;
  readonly onOpen: (entry: Entry) => void;
  readonly onCurrent: (entry: Entry) => void;
}) {
  const { t } = useTranslation();
  const items = useMemo(() => itemsOf(entries), [entries]);
  const days = useMemo(() => items.flatMap((item, i) => ('day' in item ? [i] : [])), [items]);
  const ref = useRef<HTMLDivElement>(null);
  const margin = useTop(ref);
  const sticky = useRef(0);
  // Its functions are new at each rendering, as it wants it.
  // oxlint-disable-next-line react/incompatible-library -- the compiler is not in use
  const virtual = useWindowVirtualizer({
    count: items.length,
    estimateSize: (i) => (items[i] && 'day' in items[i] ? DAY : ROW),
    getItemKey: (i) => keyOf(items[i]),
    overscan: 8,
    scrollMargin: margin,
    // Below the head of the page and the day's heading.
    scrollPaddingStart: 110,
    scrollPaddingEnd: 90,
    rangeExtractor: (range: Range) => {
      sticky.current = days.findLast((i) => i <= range.startIndex) ?? 0;
      return [...new Set([sticky.current, ...defaultRangeExtractor(range)])].toSorted((a, b) => a - b);
    },
  });
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? -1;
  const isNearEnd = last >= items.length - EARLY;
  useEffect(() => {
    if (isNearEnd && hasMore && !isLoading) onMore();
  }, [isNearEnd, hasMore, isLoading, onMore]);

  // The keyboard moves: bring the entry into sight, then the focus to it.
  const at = current === null ? -1 : items.findIndex((item) => 'entry' in item && entryKey(item.entry) === current);
  const [focused, setFocused] = useState<string | null>(null);
  useEffect(() => {
    if (at === -1 || current === focused) return undefined;
    virtual.scrollToIndex(at, { align: 'auto' });
    const frame = requestAnimationFrame(() =>
      document.querySelector<HTMLElement>(`#${CSS.escape(`entry-${current}`)}`)?.focus({ preventScroll: true }),
    );
    setFocused(current);
    return () => cancelAnimationFrame(frame);
  }, [at, current, focused, virtual]);

  return (
    <div ref={ref}>
      <div role="list" aria-label={t('log.title')} style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {shown.map((one) => {
          const item = items[one.index];
          if (!item) return null;
          const isSticky = 'day' in item && one.index === sticky.current;
          const top = one.start - virtual.options.scrollMargin;
          return (
            <div
              key={one.key}
              role="listitem"
              className={isSticky ? classes['sticky'] : classes['item']}
              style={isSticky ? {} : { transform: `translateY(${top}px)` }}
            >
              {'day' in item ? (
                <DayHead {...item} selection={selection} />
              ) : (
                <EntryRow
                  entry={item.entry}
                  isOpen={entryKey(item.entry) === openKey}
                  isChosen={selection?.has(item.entry) ?? false}
                  onOpen={() => onOpen(item.entry)}
                  onFocus={() => {
                    setFocused(entryKey(item.entry));
                    onCurrent(item.entry);
                  }}
                  {...(selection && { onChoose: (range: boolean) => selection.toggle(item.entry, range) })}
                />
              )}
            </div>
          );
        })}
      </div>
      {hasMore && (isLoading || isNearEnd) && <Loading />}
      {!hasMore && entries.length > 0 && (
        <Text c="dimmed" ta="center" p="md" size="sm">
          {t('log.end')}
        </Text>
      )}
      {hasMore && !isLoading && !isNearEnd && (
        <Button variant="subtle" onClick={onMore}>
          {t('parts.loadMore')}
        </Button>
      )}
    </div>
  );
}

function DayHead({
  day,
  entries,
  selection,
}: {
  readonly day: string;
  readonly entries: readonly Entry[];
  readonly selection: Selection | null;
}) {
  const { t } = useTranslation();
  const chosen = selection ? entries.filter((entry) => selection.has(entry)).length : 0;
  return (
    <div className={classes['day']}>
      <Text component="h2" fw={700} size="sm" m={0} className="oneLine">
        {dayName(day)}
      </Text>
      {selection && (
        <Checkbox
          size="xs"
          labelPosition="left"
          label={t('log.allOfDay')}
          aria-label={t('log.allOf', { day: dayName(day) })}
          checked={chosen === entries.length}
          indeterminate={chosen > 0 && chosen < entries.length}
          onChange={(event) => selection.setAll(entries, event.currentTarget.checked)}
        />
      )}
    </div>
  );
}

function itemsOf(entries: readonly Entry[]): readonly Item[] {
  return [...Map.groupBy(entries, ({ lastAt }) => dayKey(lastAt))].flatMap(([day, own]): Item[] => [
    { day, entries: own },
    ...own.map((entry) => ({ entry })),
  ]);
}

function keyOf(item: Item | undefined): string {
  return item === undefined ? '' : 'day' in item ? item.day : rowId(item.entry);
}

/** Where the list begins in the page; what stands above it may wrap. */
function useTop(ref: React.RefObject<HTMLDivElement | null>): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const measure = (): void => {
      if (ref.current) setTop(Math.round(ref.current.getBoundingClientRect().top + globalThis.scrollY));
    };
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(document.body);
    return () => watch.disconnect();
  }, [ref]);
  return top;
}
