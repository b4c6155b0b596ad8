// The answer first: yes, partly or no, in a sentence; and the four numbers that it stands on.

import { Alert, Anchor, List, Paper, SimpleGrid, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { percent, type Report } from './report.ts';

const LOOKS = {
  green: { color: 'green', icon: IconCircleCheck, title: 'reports.yes' },
  yellow: { color: 'yellow', icon: IconAlertTriangle, title: 'reports.partly' },
  red: { color: 'red', icon: IconCircleX, title: 'reports.no' },
} as const;
/** Above it a week has whole false names; below, it takes several weeks for one. */
const WHOLE = 0.95;

export function Verdict({ report }: { readonly report: Report }) {
  const { t } = useTranslation();
  const { verdict, counts } = report;
  const { color, icon: Icon, title } = LOOKS[verdict.level];
  return (
    <>
      <Alert color={color} icon={<Icon />} title={t(title)} variant="light">
        <Text fw={600}>{verdict.headline}</Text>
        {verdict.details.length > 0 && (
          <List size="sm" mt="xs" spacing={4}>
            {verdict.details.map((detail) => (
              <List.Item key={detail}>{detail}</List.Item>
            ))}
          </List>
        )}
        {counts.known === 0 && (
          <Anchor component={Link} to="/people/add" size="sm">
            {t('reports.addPeople')}
          </Anchor>
        )}
      </Alert>
      <Tiles report={report} />
    </>
  );
}

function Tiles({ report: { known, strangers, threshold, traffic, counts } }: { readonly report: Report }) {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const share = (value: number): string => percent(value, language);
  const oneIn = (rate: number): string =>
    rate > 0.5 ? share(rate) : t('reports.oneIn', { count: Math.round(1 / rate) });
  const { named } = known;
  const { falseNames } = strangers;
  const week = traffic.windows.find(({ falseNamesPerWeek }) => falseNamesPerWeek !== null)?.falseNamesPerWeek ?? null;
  const rate = week && (week.value === 0 ? week.high : week.value);
  const bound = week?.value === 0 ? '≤ ' : '';
  return (
    <SimpleGrid cols={{ base: 2, md: 5 }} spacing="sm">
      <Tile
        value={named ? share(named.value) : '–'}
        label={t('reports.recognised')}
        note={named ? t('reports.between', { low: share(named.low), high: share(named.high) }) : ''}
      />
      <Tile
        value={
          !falseNames
            ? '–'
            : falseNames.events === 0
              ? t('reports.noneOf', { count: falseNames.trials })
              : oneIn(falseNames.value)
        }
        label={t('reports.strangersNamed')}
        note={falseNames ? t('reports.atMost', { rate: oneIn(falseNames.high) }) : ''}
      />
      <Tile
        value={
          rate === null || rate === 0
            ? '–'
            : rate >= WHOLE
              ? `${bound}${rate.toLocaleString(language, { maximumSignificantDigits: 2 })}`
              : `${bound}${t('reports.oneIn', { count: Math.round(1 / rate) })}`
        }
        label={t(rate !== null && rate > 0 && rate < WHOLE ? 'reports.perWeeks' : 'reports.perWeek')}
        note={week === null ? t('reports.tooLittle') : ''}
      />
      <Tile
        value={threshold.value.toLocaleString(language, { minimumFractionDigits: 3, maximumFractionDigits: 3 })}
        label={t('reports.threshold')}
        note={threshold.target === null ? '' : t('reports.target', { count: threshold.target })}
      />
      <Tile
        value={String(counts.known)}
        label={t('reports.people', { count: counts.known, photos: counts.references })}
        note=""
      />
    </SimpleGrid>
  );
}

function Tile({ value, label, note }: { readonly value: string; readonly label: string; readonly note: string }) {
  return (
    <Paper withBorder p="sm">
      <Text fz={22} fw={700} lh={1.3} style={{ fontVariantNumeric: 'tabular-nums' }}>
        {value}
      </Text>
      <Text size="sm">{label}</Text>
      {note !== '' && (
        <Text size="xs" c="dimmed">
          {note}
        </Text>
      )}
    </Paper>
  );
}
