// The bar of filters above a list: open on wide screens, behind a button on narrow ones, with one way to clear all.

import { Button, Collapse, Group } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconFilter, IconFilterOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

export function FilterBar({
  count,
  isFiltered,
  onClear,
  children,
}: {
  /** How many filters are set. */
  readonly count: number;
  readonly isFiltered: boolean;
  readonly onClear: () => void;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  const isWide = useMediaQuery('(min-width: 48em)') ?? true;
  const [opened, { toggle }] = useDisclosure(false);
  const fields = (
    <Group gap="xs" role="search" aria-label={t('log.filter')}>
      {children}
      {isFiltered && (
        <Button variant="subtle" color="gray" leftSection={<IconFilterOff size={16} />} onClick={onClear}>
          {t('log.clear')}
        </Button>
      )}
    </Group>
  );
  if (isWide) return fields;
  return (
    <div>
      <Button variant="default" leftSection={<IconFilter size={16} />} onClick={toggle} aria-expanded={opened}>
        {count === 0 ? t('log.filter') : t('log.filterCount', { count })}
      </Button>
      <Collapse expanded={opened} pt="xs">
        {fields}
      </Collapse>
    </div>
  );
}

/** A filter with that part of it changed; what is undefined is taken out. */
export function withPart<F extends object>(filter: F, part: { readonly [K in keyof F]?: F[K] | undefined }): F {
  const entries = Object.entries({ ...filter, ...part }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as F;
}

export function countOf(search: Readonly<Record<string, unknown>>): number {
  return Object.values(search).filter((value) => value !== undefined).length;
}
