// The numbers behind the answer: what became of every photo, the traffic in the log, groups of people, and how it was measured.

import { Paper, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { percent, type Report, type Share } from './report.ts';

function useShares() {
  const { t, i18n } = useTranslation();
  const said = (share: number): string => percent(share, i18n.language);
  return {
    value: (share: Share): string => (share ? said(share.value) : '–'),
    interval: (share: Share): string =>
      share ? t('reports.between', { low: said(share.low), high: said(share.high) }) : '–',
  };
}

/** What became of every photo. */
export function Results({ report: { known, strangers } }: { readonly report: Report }) {
  const { t } = useTranslation();
  const { value, interval } = useShares();
  const rows = [
    ['nearestIsRight', known.nearestIsRight],
    ['named', known.named],
    ['missed', known.missed],
    ['somebodyElse', known.somebodyElse],
    ['ambiguous', known.ambiguous],
    ['falseNames', strangers.falseNames],
  ] as const;
  return (
    <Section title={t('reports.results')}>
      <Grid head={[t('reports.outcome'), t('reports.shareOfPhotos'), t('reports.interval'), t('reports.photos')]}>
        {rows.map(([key, share]) => (
          <Table.Tr key={key}>
            <Table.Td>{t(`reports.row.${key}`)}</Table.Td>
            <Cell>{value(share)}</Cell>
            <Cell>{interval(share)}</Cell>
            <Cell>{share ? t('reports.ofTrials', { events: share.events, trials: share.trials }) : '–'}</Cell>
          </Table.Tr>
        ))}
      </Grid>
    </Section>
  );
}

export function Tables({ report }: { readonly report: Report }) {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const { traffic, groups, counts, sample, threshold, model } = report;
  const number = (value: number | null, digits = 1): string =>
    value === null ? '–' : value.toLocaleString(language, { maximumFractionDigits: digits });
  const { value, interval } = useShares();
  return (
    <>
      <Section title={t('reports.traffic')} why={traffic.summary}>
        <Grid head={[t('reports.window'), t('reports.strangerVisits'), t('reports.weekly'), t('reports.weeklyFalse')]}>
          {traffic.windows.map(({ days, visits, atLeast, perWeek, falseNamesPerWeek: week }) => (
            <Table.Tr key={days}>
              <Table.Td>{t('reports.days', { count: days })}</Table.Td>
              <Cell>{atLeast ? t('reports.atLeast', { count: visits }) : visits}</Cell>
              <Cell>{number(perWeek)}</Cell>
              <Cell>
                {week
                  ? `${number(week.value, 3)} (${t('reports.between', { low: number(week.low, 3), high: number(week.high, 3) })})`
                  : '–'}
              </Cell>
            </Table.Tr>
          ))}
        </Grid>
      </Section>
      {groups.map(({ attribute, values, differences }) => (
        <Section
          key={attribute}
          title={`${t('reports.groups')}: ${attribute}`}
          why={differences.length > 0 ? differences.join(' ') : t('reports.noDifference')}
        >
          <Grid head={[t('reports.value'), t('reports.persons'), t('reports.fmr'), t('reports.fnmr')]}>
            {values.map((one) => (
              <Table.Tr key={one.value}>
                <Table.Td className="anyName">{one.value}</Table.Td>
                <Cell>{one.persons}</Cell>
                <Cell>{one.tooFew ?? `${value(one.fmr)} (${interval(one.fmr)})`}</Cell>
                <Cell>{one.tooFew === null ? `${value(one.fnmr)} (${interval(one.fnmr)})` : ''}</Cell>
              </Table.Tr>
            ))}
          </Grid>
        </Section>
      ))}
      <Section title={t('reports.method')} why={t('reports.lead')}>
        <Text size="sm" className="anyName">
          {counts.known} {t('reports.people', { count: counts.known, photos: counts.references })}.{' '}
          {t('reports.sample', { checked: sample.checked, of: sample.of })} {sample.note}
        </Text>
        <Text size="sm" className="anyName">
          {t('reports.source', { source: threshold.source })}
        </Text>
        <Text size="sm" className="anyName">
          {t('reports.model', { model })}
        </Text>
      </Section>
    </>
  );
}

function Section({
  title,
  why,
  children,
}: {
  readonly title: string;
  readonly why?: string;
  readonly children: ReactNode;
}) {
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} size="h4" mb={why ? 0 : 'sm'} className="anyName">
        {title}
      </Title>
      {why && (
        <Text size="sm" c="dimmed" mb="sm">
          {why}
        </Text>
      )}
      {children}
    </Paper>
  );
}

function Grid({ head, children }: { readonly head: readonly string[]; readonly children: ReactNode }) {
  return (
    <Table.ScrollContainer minWidth={420} type="native">
      <Table>
        <Table.Thead>
          <Table.Tr>
            {head.map((name, i) => (
              <Table.Th key={name} ta={i === 0 ? 'left' : 'right'}>
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Cell({ children }: { readonly children: ReactNode }) {
  return (
    <Table.Td ta="right" style={{ fontVariantNumeric: 'tabular-nums' }}>
      {children}
    </Table.Td>
  );
}
