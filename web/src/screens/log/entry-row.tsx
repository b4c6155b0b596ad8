// One visit or undecided track as a line of the log.

import { Box, Checkbox, Text, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { DecisionBadge } from '../../parts/decision.tsx';
import { Face } from '../../parts/face.tsx';
import { entryKey, type Entry } from '../../parts/visit-entry.ts';
import { span } from '../../parts/visit-view.tsx';
import classes from './log.module.css';

export function rowId(entry: Entry): string {
  return `entry-${entryKey(entry)}`;
}

export function EntryRow({
  entry,
  isOpen,
  isChosen,
  onOpen,
  onChoose,
  onFocus,
}: {
  readonly entry: Entry;
  readonly isOpen: boolean;
  readonly isChosen: boolean;
  readonly onOpen: () => void;
  /** Absent for those who only look. */
  readonly onChoose?: (range: boolean) => void;
  readonly onFocus: () => void;
}) {
  const { t } = useTranslation();
  const name = entry.person?.name ?? t('parts.somebody');
  return (
    <div className={classes['row']} data-open={isOpen || undefined} data-chosen={isChosen || undefined}>
      {onChoose && (
        <Checkbox
          className={classes['choose']}
          aria-label={t('log.choose', { name, time: span(entry) })}
          checked={isChosen}
          onChange={(event) => onChoose((event.nativeEvent as MouseEvent).shiftKey)}
        />
      )}
      <UnstyledButton
        id={rowId(entry)}
        className={classes['open']}
        onClick={onOpen}
        onFocus={onFocus}
        {...(isOpen && { 'aria-current': 'true' as const })}
      >
        <Face src={entry.picture} name={null} size={48} />
        <Box className={classes['who']}>
          <Text fw={600} className="oneLine" title={name} {...(entry.person === null && { c: 'dimmed' })}>
            {name}
          </Text>
          <Box className={classes['badge']}>
            <DecisionBadge of={entry} />
          </Box>
        </Box>
        <Box className={classes['where']}>
          <Text size="sm" className="oneLine">
            {span(entry)}
          </Text>
          <Text size="sm" c="dimmed" className="oneLine" title={entry.cameraName}>
            {entry.cameraName}
            {entry.detections > 1 && ` · ${t('log.shots', { count: entry.detections })}`}
          </Text>
        </Box>
      </UnstyledButton>
    </div>
  );
}
