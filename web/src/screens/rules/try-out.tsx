// A rule tried on the log as it is: how much it would have sent in the last days, and of whom.

import { Alert, Button, Group, Paper, Select, Stack, Text, Title } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf, type Schemas } from '../../api/client.ts';
import { pictureOf, readShots, titleOf, type Shots } from '../../parts/alert-words.ts';
import { useCameraNames } from '../../parts/cameras.ts';
import { DayBars } from '../../parts/day-bars.tsx';
import { Face } from '../../parts/face.tsx';
import { messageOf } from '../../parts/notices.tsx';
import { clockTime, dayKey, dayShort, fullTime } from '../../parts/when.tsx';
import { sentOf, type RuleGiven } from './rule-draft.ts';

const DAYS = [1, 7, 30] as const;
const FIRST_DAYS = 7;
/** So far before now it may end without a word. */
const SHORT_MS = 60_000;

interface Tried {
  readonly rule: RuleGiven;
  readonly days: number;
  readonly result: Schemas['RuleTrial'];
  readonly shots: Shots;
  /** There was too much to look through. */
  readonly isCut: boolean;
}

interface Props {
  readonly rule: RuleGiven;
  /** Without being asked. */
  readonly atOnce?: boolean;
}

export function TryOut(props: Props) {
  const { t } = useTranslation();
  if (props.rule.on.some((event) => event !== 'offline')) return <Trial {...props} />;
  return (
    <Text size="sm" c="dimmed">
      {t('rules.try.offline')}
    </Text>
  );
}

function Trial({ rule, atOnce = false }: Props) {
  const { t } = useTranslation();
  const [days, setDays] = useState(FIRST_DAYS);
  const trying = useMutation({
    mutationFn: async (): Promise<Tried> => {
      const result = await dataOf(api.POST('/api/v1/rules/try', { body: { rule: sentOf(rule), days } }));
      const shots = await readShots(result.samples.flatMap(({ detectionId }) => detectionId ?? []));
      return { rule, days, result, shots, isCut: Date.parse(result.until) < Date.now() - SHORT_MS };
    },
  });
  const begin = useEffectEvent(() => trying.mutate());
  useEffect(() => {
    if (atOnce) begin();
  }, [atOnce]);
  const { data } = trying;
  const isOld = data !== undefined && (data.days !== days || JSON.stringify(data.rule) !== JSON.stringify(rule));
  return (
    <Stack gap="sm" component="section" aria-label={t('rules.try.title')}>
      <Group gap="xs" align="flex-end">
        <Select
          w={160}
          label={t('rules.try.days')}
          data={DAYS.map((one) => ({ value: String(one), label: t('rules.try.lastDays', { count: one }) }))}
          value={String(days)}
          allowDeselect={false}
          onChange={(value) => setDays(Number(value))}
        />
        <Button
          variant="default"
          leftSection={<IconPlayerPlay size={16} />}
          loading={trying.isPending}
          onClick={() => trying.mutate()}
        >
          {t(data ? 'rules.try.again' : 'rules.try.begin')}
        </Button>
      </Group>
      <div aria-live="polite">
        {trying.error && (
          <Alert color="red" className="anyName">
            {messageOf(trying.error)}
          </Alert>
        )}
        {data && !trying.error && (
          <Stack gap="sm" opacity={isOld ? 0.5 : 1}>
            {isOld && <Text size="sm">{t('rules.try.old')}</Text>}
            <Result tried={data} />
          </Stack>
        )}
      </div>
    </Stack>
  );
}

function Result({ tried: { days, result, shots, isCut } }: { readonly tried: Tried }) {
  const { t } = useTranslation();
  const { messages, sightings, perDay, samples, until } = result;
  return (
    <>
      <div>
        <Text fw={600}>
          {t('rules.try.messages', { count: messages, days: t('rules.try.inDays', { count: days }) })}
        </Text>
        {messages > 0 && sightings > messages && (
          <Text size="sm" c="dimmed">
            {t('rules.try.sightings', { count: sightings })}
          </Text>
        )}
        {isCut && (
          <Text size="sm" fw={600}>
            {t('rules.try.cut', { time: fullTime(until) })}
          </Text>
        )}
      </div>
      {messages > 0 && perDay.length > 1 && (
        <Stack gap={2}>
          <DayBars
            label={t('rules.try.perDay')}
            days={perDay.map((day) => [day.day, day.messages])}
            words={(day, count) => t('rules.try.onDay', { day, count })}
          />
          <Group justify="space-between" maw={perDay.length * 31}>
            <Text size="xs" c="dimmed">
              {dayShort(perDay[0]?.day ?? '')}
            </Text>
            <Text size="xs" c="dimmed">
              {dayShort(perDay.at(-1)?.day ?? '')}
            </Text>
          </Group>
        </Stack>
      )}
      {samples.length > 0 && (
        <Stack gap="xs">
          <Title order={3} size="h6">
            {t('rules.try.samples')}
          </Title>
          <Group gap="xs" align="stretch" role="list" aria-label={t('rules.try.samples')}>
            {samples.map((sample) => (
              <Sample key={`${sample.at} ${sample.detectionId}`} sample={sample} shots={shots} />
            ))}
          </Group>
        </Stack>
      )}
    </>
  );
}

function Sample({
  sample,
  shots,
}: {
  readonly sample: Schemas['RuleTrial']['samples'][number];
  readonly shots: Shots;
}) {
  const cameras = useCameraNames();
  const { at, detectionId, cameraId, event, personId, title } = sample;
  const words =
    detectionId !== null && shots.has(detectionId)
      ? titleOf({ event, cameraId, personId, since: null, detections: [detectionId] }, shots, cameras)
      : title;
  return (
    <Paper withBorder p={6} w={116} role="listitem">
      <Stack gap={4}>
        {detectionId !== null && <Face src={pictureOf(detectionId)} name={null} size={102} />}
        <Text size="xs" fw={600} lineClamp={3} className="anyName">
          {words}
        </Text>
        <Text size="xs" c="dimmed">
          {dayShort(dayKey(at))}, {clockTime(at)}
        </Text>
      </Stack>
    </Paper>
  );
}
