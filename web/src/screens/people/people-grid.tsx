// The faces of many people, of which only those in sight are in the page. Arrow keys go from one to the next.

import { Badge, Box, Checkbox, Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useEffectEvent, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Face } from '../../parts/face.tsx';
import { When } from '../../parts/when.tsx';
import classes from './people.module.css';
import type { Person } from './queries.ts';

const LEAST_WIDTH = 132;
/** Name and time below the picture, and its margins. */
const BELOW = 66;
const ROWS_AHEAD = 3;

export function PeopleGrid({
  people,
  total,
  selected,
  onToggle,
  onSelectAll,
  onEnd,
}: {
  readonly people: readonly Person[];
  readonly total: number;
  readonly selected: ReadonlyMap<string, Person>;
  /** Missing: nobody can be chosen. */
  readonly onToggle?: (person: Person) => void;
  readonly onSelectAll: () => void;
  readonly onEnd: () => void;
}) {
  const { t } = useTranslation();
  const { ref: sizeRef, width } = useElementSize();
  const box = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const columns = Math.max(2, Math.floor(width / LEAST_WIDTH));
  const cell = width / columns;
  const rows = Math.ceil(people.length / columns);
  // oxlint-disable-next-line react/incompatible-library -- nothing that it answers is handed to a memoised component
  const virtual = useWindowVirtualizer({
    count: rows,
    estimateSize: () => cell + BELOW,
    overscan: 2,
    scrollMargin: box.current?.offsetTop ?? 0,
  });
  const lastRow = virtual.getVirtualItems().at(-1)?.index ?? 0;
  const reached = useEffectEvent(onEnd);
  useEffect(() => virtual.measure(), [virtual, cell]);
  useEffect(() => {
    if (width > 0 && lastRow >= rows - ROWS_AHEAD) reached();
  }, [lastRow, rows, width]);

  function go(next: number): void {
    const to = Math.min(people.length - 1, Math.max(0, next));
    setAt(to);
    virtual.scrollToIndex(Math.floor(to / columns), { align: 'auto' });
    const focus = (): boolean => {
      const link = box.current?.querySelector<HTMLElement>(`[data-at="${to}"]`);
      link?.focus();
      return link !== undefined && link !== null;
    };
    // At once where she is in the page: Enter may follow before the next frame.
    if (!focus()) requestAnimationFrame(focus);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
    const step = steps[event.key];
    const person = people[at];
    if (step !== undefined) go(at + step);
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(people.length - 1);
    else if (onToggle && person && (event.key === ' ' || event.key === 'x')) onToggle(person);
    else if (onToggle && event.key === 'a' && (event.ctrlKey || event.metaKey)) onSelectAll();
    else return;
    event.preventDefault();
  }

  return (
    <div ref={sizeRef}>
      <Box
        ref={box}
        role="list"
        aria-label={t('people.title')}
        pos="relative"
        h={virtual.getTotalSize()}
        onKeyDown={onKeyDown}
      >
        {width > 0 &&
          virtual.getVirtualItems().map((row) =>
            people.slice(row.index * columns, (row.index + 1) * columns).map((person, column) => {
              const index = row.index * columns + column;
              const isSelected = selected.has(person.id);
              return (
                <div
                  key={person.id}
                  role="listitem"
                  aria-setsize={total}
                  aria-posinset={index + 1}
                  className={classes['card']}
                  data-selected={isSelected || undefined}
                  data-ignored={person.ignored || undefined}
                  style={{
                    position: 'absolute',
                    width: cell,
                    transform: `translate(${column * cell}px, ${row.start - virtual.options.scrollMargin}px)`,
                  }}
                >
                  <Link
                    to="/people/$id"
                    params={{ id: person.id }}
                    className={classes['link']}
                    data-at={index}
                    tabIndex={index === at ? 0 : -1}
                    onFocus={() => setAt(index)}
                  >
                    <Face src={person.picture} name={person.name} size="100%" />
                    <Text className="oneLine" fw={500} mt={4} title={person.name}>
                      {person.name}
                    </Text>
                    {person.lastSeenAt === null ? (
                      <Text size="xs" c="dimmed" className="oneLine">
                        {t('people.neverSeen')}
                      </Text>
                    ) : (
                      <When at={person.lastSeenAt} size="xs" c="dimmed" className="oneLine" display="block" />
                    )}
                    {person.ignored && (
                      <Badge variant="default" size="xs" tt="none" pos="absolute" top={12} right={12}>
                        {t('people.isIgnored')}
                      </Badge>
                    )}
                  </Link>
                  {onToggle && (
                    <Checkbox
                      className={classes['check']}
                      size="xs"
                      checked={isSelected}
                      tabIndex={-1}
                      aria-label={t('people.choose', { name: person.name })}
                      onChange={() => onToggle(person)}
                    />
                  )}
                </div>
              );
            }),
          )}
      </Box>
    </div>
  );
}
