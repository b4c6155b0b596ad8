// One visit, or somebody about whom nobody could decide.

import { Button, Group, Stack, Text, VisuallyHidden } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.ts';
import { DecisionBadge } from '../../parts/decision.tsx';
import { Face } from '../../parts/face.tsx';
import { clockTime, dayKey, dayShort, fullTime } from '../../parts/when.tsx';
import type { Row } from './feed.ts';
import classes from './live.module.css';
import { useToday } from './today.ts';

const FACE = 56;

export function FeedRow({
  row,
  camera,
  fresh,
  onAsk,
}: {
  readonly row: Row;
  readonly camera: string;
  readonly fresh: boolean;
  readonly onAsk: () => void;
}) {
  const { t } = useTranslation();
  const mayName = useMay('operator');
  const today = useToday();
  const { person, decided, picture, lastAt, count, visit, detection } = row;
  const name = person?.name ?? t('live.undecided');
  const day = dayKey(lastAt);
  const time = day === today ? clockTime(lastAt) : `${dayShort(day)}, ${clockTime(lastAt)}`;
  return (
    <li className={`${classes['row']} ${fresh ? classes['fresh'] : ''}`} data-row={row.key}>
      <Face src={picture} name={person?.name ?? null} size={FACE} />
      <Stack gap={2} miw={0} flex={1}>
        <Group justify="space-between" wrap="nowrap" gap="xs">
          <Stack gap={2} miw={0} align="flex-start">
            {person?.kind === 'known' && mayName ? (
              <Link
                to="/people/$id"
                params={{ id: person.id }}
                className={`oneLine ${classes['above']} ${classes['name']}`}
                title={name}
              >
                {name}
              </Link>
            ) : (
              <span className={`oneLine ${classes['name']}`} title={name}>
                {name}
              </span>
            )}
            {decided && <DecisionBadge of={decided} />}
          </Stack>
          {mayName && person?.kind !== 'known' && (
            <Button
              size="compact-sm"
              variant="light"
              className={classes['above']}
              onClick={onAsk}
              style={{ flexShrink: 0 }}
              aria-label={t('live.whoIs', { name })}
            >
              {t('live.who')}
            </Button>
          )}
        </Group>
        <Link to="/log" search={visit === null ? { shot: detection } : { visit }} className={classes['open']}>
          <VisuallyHidden>{t('live.open', { name })}</VisuallyHidden>
          <Text size="sm" c="dimmed" className="oneLine" title={`${camera}, ${fullTime(lastAt)}`}>
            {camera} · <time dateTime={lastAt}>{time}</time>
            {count > 1 && ` · ${t('live.shots', { count })}`}
          </Text>
        </Link>
      </Stack>
    </li>
  );
}
