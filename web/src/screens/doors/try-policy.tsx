// A policy tried on the last days of the log, by the same code that decides when somebody stands before the door.

import { Alert, Button, Group, List, NumberInput, Paper, Stack, Text } from '@mantine/core';
import { IconFlask } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { useCameraNames } from '../../parts/cameras.ts';
import { Failed } from '../../parts/failed.tsx';
import { fullTime } from '../../parts/when.tsx';
import { isWhole } from './action-draft.ts';
import { policyBody, type Evidence, type Policy, type Trial } from './door-data.ts';
import { conditionText, lackedText } from './door-words.ts';
import { EvidenceList } from './evidence.tsx';
import { JudgedRow } from './judged-row.tsx';

const FIRST_DAYS = 7;
const MOST_DAYS = 62;

export function TryPolicy({ policy }: { readonly policy: Policy }) {
  const { t } = useTranslation();
  const [days, setDays] = useState(FIRST_DAYS);
  const trial = useMutation({
    mutationFn: async (tried: Policy) => ({
      policy: tried,
      found: await dataOf(api.POST('/api/v1/actions/try', { body: { access: policyBody(tried), days } })),
    }),
  });
  return (
    <Stack gap="sm" role="group" aria-label={t('doors.try')}>
      <Group align="flex-end">
        <NumberInput
          w={120}
          label={t('doors.tryDays')}
          min={1}
          max={MOST_DAYS}
          clampBehavior="strict"
          allowDecimal={false}
          value={days}
          onChange={(next) => {
            if (typeof next === 'number') setDays(Math.min(MOST_DAYS, Math.max(1, next)));
          }}
        />
        <Button
          variant="light"
          leftSection={<IconFlask size={18} />}
          disabled={!isWhole(policy)}
          loading={trial.isPending}
          onClick={() => trial.mutate(policy)}
        >
          {t('doors.tryOut')}
        </Button>
      </Group>
      {trial.error && <Failed error={trial.error} onRetry={() => trial.mutate(policy)} />}
      {trial.data && (
        <>
          {JSON.stringify(trial.data.policy) !== JSON.stringify(policy) && (
            <Alert color="yellow" role="status">
              {t('doors.tryOld')}
            </Alert>
          )}
          <Outcome trial={trial.data.found} />
        </>
      )}
    </Stack>
  );
}

function Outcome({ trial }: { readonly trial: Trial }) {
  const { t } = useTranslation();
  const cameras = useCameraNames();
  const reasons = Object.entries(trial.refused).toSorted(([, a], [, b]) => b - a);
  return (
    <Stack gap="xs" component="section" aria-label={t('doors.tried')}>
      <Text role="status">
        {trial.visits === 0
          ? t('doors.triedNobody', { since: fullTime(trial.since) })
          : t('doors.triedText', {
              count: trial.visits,
              letIn: trial.letIn,
              refused: trial.visits - trial.letIn,
              since: fullTime(trial.since),
            })}
      </Text>
      {reasons.length > 0 && (
        <>
          <Text size="sm">{t('doors.triedWhy')}</Text>
          <List size="sm">
            {reasons.map(([condition, count]) => (
              <List.Item key={condition}>
                {conditionText({ condition: condition as Evidence['condition'] })}: {t('doors.visits', { count })}
              </List.Item>
            ))}
          </List>
        </>
      )}
      {trial.samples.length > 0 && (
        <Paper withBorder>
          {trial.samples.map(({ visit, detection, person, camera, at, grant, evidence }) => (
            <JudgedRow
              key={visit}
              detection={detection}
              name={person?.name ?? null}
              title={person?.name ?? t('parts.somebody')}
              where={cameras.get(camera) ?? camera}
              at={at}
              outcome={t(grant ? 'doors.wouldOpen' : 'doors.wouldNot')}
              color={grant ? 'green' : 'orange'}
              hint={lackedText(evidence)}
            >
              <EvidenceList evidence={evidence} />
            </JudgedRow>
          ))}
        </Paper>
      )}
      {trial.samples.length < trial.visits && (
        <Text size="sm" c="dimmed">
          {t('doors.triedSome', { count: trial.samples.length })}
        </Text>
      )}
    </Stack>
  );
}
