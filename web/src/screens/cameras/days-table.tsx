// The same as the charts of the health tab, day by day in numbers.

import { Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { CameraDay } from './camera-data.ts';

export function DaysTable({ days }: { readonly days: readonly CameraDay[] }) {
  const { t, i18n } = useTranslation();
  const number = (value: number | null, unit = ''): string =>
    value === null ? '–' : `${value.toLocaleString(i18n.language, { maximumFractionDigits: 1 })}${unit}`;
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            {(['day', 'tracks', 'faces', 'usable', 'shots', 'lookDelay', 'shotDelay', 'frameRate'] as const).map(
              (head) => (
                <Table.Th key={head} scope="col">
                  {t(`cameras.health.${head}`)}
                </Table.Th>
              ),
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {days.map((day) => (
            <Table.Tr key={day.day}>
              <Table.Th scope="row">{day.day}</Table.Th>
              <Table.Td>{number(day.tracks)}</Table.Td>
              <Table.Td>{number(day.faces)}</Table.Td>
              <Table.Td>{day.usableShare === null ? '–' : number(day.usableShare * 100, ' %')}</Table.Td>
              <Table.Td>{number(day.shots)}</Table.Td>
              <Table.Td>{number(day.lookDelayP50, ' ms')}</Table.Td>
              <Table.Td>{number(day.shotDelayP50, ' ms')}</Table.Td>
              <Table.Td>{number(day.frameRate)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
