// How much there is to do, how little of it explains most, and what was done in this session.

import { Anchor, Group, Paper, Progress, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { percent, useExplained } from './explained.ts';

interface TotalsOf {
  readonly strangers: number;
  readonly sightings: number;
  readonly most: { readonly strangers: number; readonly share: number };
  readonly unidentified: number;
}

export function Totals({ totals }: { readonly totals: TotalsOf }) {
  const { t, i18n } = useTranslation();
  const { sightings: done } = useExplained();
  const all = done + totals.sightings;
  if (all === 0 && totals.unidentified === 0) return null;
  const { strangers, share } = totals.most;
  const ofSession = all === 0 ? 0 : done / all;
  return (
    <Paper withBorder p="sm" mb="md">
      <Group gap="md" justify="space-between">
        {strangers > 0 && (
          <Text size="sm">
            {t('strangers.explain', {
              count: strangers,
              share: percent(share, i18n.language),
              sightings: totals.sightings,
            })}
          </Text>
        )}
        <Text size="sm" fw={done > 0 ? 600 : undefined} role="status">
          {t('strangers.explained', { share: percent(ofSession, i18n.language) })}
        </Text>
      </Group>
      <Progress mt={6} value={ofSession * 100} size="sm" aria-label={t('strangers.explainedLabel')} />
      {totals.unidentified > 0 && (
        <Anchor component={Link} to="/log?decision=unidentified" size="xs" mt={6} display="inline-block">
          {t('strangers.tooPoor', { count: totals.unidentified })}
        </Anchor>
      )}
    </Paper>
  );
}
