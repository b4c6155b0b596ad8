// What can be done with all that are ticked.

import { CloseButton, Group, Paper, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { VisitActs } from '../../parts/visit-acts.tsx';
import { VisitButtons } from '../../parts/visit-buttons.tsx';
import type { Selection } from './use-selection.ts';
import classes from './log.module.css';

export function BulkBar({ selection, acts }: { readonly selection: Selection; readonly acts: VisitActs }) {
  const { t } = useTranslation();
  if (selection.size === 0) return null;
  return (
    <div className={classes['bulk']}>
      <Paper withBorder shadow="lg" p="xs" role="region" aria-label={t('log.chosen', { count: selection.size })}>
        <Group gap="sm">
          <Text fw={600} role="status">
            {t('log.chosen', { count: selection.size })}
          </Text>
          <VisitButtons targets={selection.entries.map((entry) => ({ entry }))} acts={acts} />
          <CloseButton aria-label={t('log.clearChosen')} onClick={() => selection.clear()} />
        </Group>
      </Paper>
    </div>
  );
}
