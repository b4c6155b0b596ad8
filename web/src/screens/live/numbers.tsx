// Today in one line.

import { Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import classes from './live.module.css';
import { useToday } from './today.ts';

export function Numbers() {
  const { t } = useTranslation();
  const mayDecide = useMay('operator');
  const day = useToday();
  const { data } = useQuery({
    queryKey: ['visits', 'numbers', day],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/live/numbers', {
          params: { query: { since: new Date(`${day}T00:00:00`).toISOString() } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
  // The place is kept, so that nothing jumps when they come.
  if (!data) return <Text className={classes['numbers']}>&nbsp;</Text>;
  const { visits, known, strangers, undecided } = data;
  return (
    <Text component="div" c="dimmed" className={classes['numbers']}>
      <Link to="/log">{t('live.visitsToday', { count: visits })}</Link>
      <span>{t('live.knownToday', { count: known })}</span>
      {mayDecide ? (
        <Link to="/strangers">{t('live.strangersToday', { count: strangers })}</Link>
      ) : (
        <span>{t('live.strangersToday', { count: strangers })}</span>
      )}
      {undecided > 0 && (
        <Link to="/log" search={{ decision: 'ambiguous' }}>
          {t('live.undecidedToday', { count: undecided })}
        </Link>
      )}
    </Text>
  );
}
