// What the doctor found: the verdict, what to change, the findings, and the picture with what was seen where.

import { Alert, Grid, List, Stack, Table, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client.ts';
import { When } from '../../parts/when.tsx';
import type { Camera } from './camera-data.ts';
import { DoctorPicture } from './doctor-picture.tsx';

export type Diagnosis = Schemas['Diagnosis'];

const COLOURS: Readonly<Record<Diagnosis['verdict'], string>> = {
  good: 'green',
  fair: 'yellow',
  poor: 'red',
  nobody: 'blue',
};

export function DoctorResult({ camera, result }: { readonly camera: Camera; readonly result: Diagnosis }) {
  const { t, i18n } = useTranslation();
  const { verdict, headline, changes, findings, startedAt, seconds, cutShort, problems } = result;
  return (
    <Grid>
      <Grid.Col span={{ base: 12, lg: 7 }}>
        {result.picture && <DoctorPicture camera={camera} result={result} />}
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 5 }}>
        <Stack>
          <Alert color={COLOURS[verdict]} title={t(`cameras.doctor.verdicts.${verdict}`)}>
            <Text fw={600} className="anyName" lang="en">
              {headline}
            </Text>
            <Text size="sm" c="dimmed" mt={4} component="div">
              <When at={startedAt} span inherit /> ·{' '}
              {t('cameras.doctor.watchedFor', {
                seconds: seconds.toLocaleString(i18n.language, { maximumFractionDigits: 0 }),
              })}
              {cutShort && ` · ${t(`cameras.doctor.cutShort.${cutShort}`)}`}
            </Text>
          </Alert>
          <div>
            <Title order={2} size="h5" mb="xs">
              {t(changes.length === 0 ? 'cameras.doctor.noChanges' : 'cameras.doctor.changes')}
            </Title>
            <List type="ordered" spacing="xs" lang="en">
              {changes.map((change) => (
                <List.Item key={change}>{change}</List.Item>
              ))}
            </List>
          </div>
          <Table variant="vertical" withTableBorder>
            <Table.Caption>{t('cameras.doctor.findings')}</Table.Caption>
            <Table.Tbody lang="en">
              {findings.map(({ topic, says }, index) => (
                <Table.Tr key={says}>
                  <Table.Th scope="row" w={110}>
                    {topic === findings[index - 1]?.topic ? '' : topic}
                  </Table.Th>
                  <Table.Td className="anyName">{says}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          {problems.map((problem) => (
            <Text key={problem} size="sm" className="anyName" lang="en">
              {problem}
            </Text>
          ))}
        </Stack>
      </Grid.Col>
    </Grid>
  );
}
