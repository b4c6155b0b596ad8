// Visits per day as bars (per week, where there are many days), with a table for those who do not see bars.

import '@mantine/charts/styles.css';
import { BarChart } from '@mantine/charts';
import { Title, VisuallyHidden } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PlotSpace } from '../../parts/plot-space.tsx';

const HEIGHT = 150;
const MOST_BARS = 100;
const DAY_MS = 86_400_000;

export function Timeline({
  from,
  to,
  days,
}: {
  /** YYYY-MM-DD */
  readonly from: string;
  readonly to: string;
  readonly days: readonly { readonly day: string; readonly visits: number }[];
}) {
  const { t, i18n } = useTranslation();
  const byDay = new Map(days.map(({ day, visits }) => [day, visits]));
  const begin = Date.parse(from);
  const count = Math.round((Date.parse(to) - begin) / DAY_MS) + 1;
  const step = count > MOST_BARS ? 7 : 1;
  const bars = Array.from({ length: Math.ceil(count / step) }, (_, bar) => {
    let visits = 0;
    for (let day = 0; day < step; day++) {
      visits += byDay.get(new Date(begin + (bar * step + day) * DAY_MS).toISOString().slice(0, 10)) ?? 0;
    }
    const first = new Date(begin + bar * step * DAY_MS);
    const day = first.toLocaleDateString(i18n.language, { day: 'numeric', month: 'short', timeZone: 'UTC' });
    return { day, visits };
  });
  const title = t(step === 1 ? 'people.perDay' : 'people.perWeek');
  return (
    <div>
      <Title order={3} size="h6" mb={4}>
        {title}
      </Title>
      <div aria-hidden>
        <PlotSpace height={HEIGHT}>
          <BarChart
            h={HEIGHT}
            data={bars}
            dataKey="day"
            series={[{ name: 'visits', label: t('people.visitsWord'), color: 'teal.7' }]}
            yAxisProps={{ allowDecimals: false, width: 32 }}
            barChartProps={{ accessibilityLayer: false }}
            barProps={{ isAnimationActive: false }}
            tickLine="none"
          />
        </PlotSpace>
      </div>
      <VisuallyHidden>
        <table>
          <caption>{title}</caption>
          <tbody>
            {bars
              .filter(({ visits }) => visits > 0)
              .map(({ day, visits }) => (
                <tr key={day}>
                  <th scope="row">{day}</th>
                  <td>{visits}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </VisuallyHidden>
    </div>
  );
}
