// The doctor: watches the camera for a while and says in words whether it is good enough, and what to change.

import { Alert, Button, Checkbox, Group, Progress, Select, Stack, Text } from '@mantine/core';
import { IconStethoscope } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { Empty } from '../../parts/empty.tsx';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import type { Camera } from './camera-data.ts';
import { DoctorResult } from './doctor-result.tsx';

const EVERY_MS = 1_000;
const TIMES = ['15', '30', '60', '300'] as const;

export function DoctorTab({ camera }: { readonly camera: Camera }) {
  const { t, i18n } = useTranslation();
  const cache = useQueryClient();
  const [seconds, setSeconds] = useState<string>('60');
  const [showFaces, setShowFaces] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const [stopping, setStopping] = useState(false);
  const params = { path: { id: camera.id } };
  const queryKey = ['camera-doctor', camera.id];
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/cameras/{id}/doctor', { params, signal })),
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? EVERY_MS : false),
  });
  if (!data) return error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loading />;

  async function begin(): Promise<void> {
    setProblem(null);
    try {
      const body = { seconds: Number(seconds), showFaces };
      cache.setQueryData(queryKey, await dataOf(api.POST('/api/v1/cameras/{id}/doctor', { params, body })));
    } catch (failure) {
      setProblem(failure);
    }
  }

  async function stop(): Promise<void> {
    setStopping(true);
    try {
      cache.setQueryData(queryKey, await dataOf(api.DELETE('/api/v1/cameras/{id}/doctor', { params })));
    } catch (failure) {
      setProblem(failure);
    }
    setStopping(false);
  }

  const running = data.state === 'running';
  const whole = data.seconds ?? 1;
  const span = (one: string): string =>
    Number(one) % 60 === 0
      ? t('cameras.doctor.minutes', { count: Number(one) / 60 })
      : t('cameras.doctor.seconds', { count: Number(one) });
  return (
    <Stack>
      {running ? (
        <Stack gap="xs" role="status" maw={700}>
          <Text>
            {data.watched === 0
              ? t('cameras.doctor.opening')
              : data.watched >= whole
                ? t('cameras.doctor.thinking')
                : t('cameras.doctor.watching', {
                    watched: Math.floor(data.watched),
                    seconds: whole,
                    faces: data.faces.toLocaleString(i18n.language),
                  })}
          </Text>
          <Progress value={(100 * data.watched) / whole} animated aria-label={t('cameras.doctor.progress')} />
          <Group>
            <Button variant="default" loading={stopping} onClick={() => void stop()}>
              {t('cameras.doctor.stop')}
            </Button>
          </Group>
        </Stack>
      ) : (
        <Stack maw={700}>
          <Text>{t('cameras.doctor.text')}</Text>
          <Group align="flex-end">
            <Select
              label={t('cameras.doctor.howLong')}
              data={TIMES.map((one) => ({ value: one, label: span(one) }))}
              value={seconds}
              allowDeselect={false}
              w={160}
              onChange={(next) => setSeconds(next ?? '60')}
            />
            <Button leftSection={<IconStethoscope size={18} />} onClick={() => void begin()}>
              {t(data.result ? 'cameras.doctor.again' : 'cameras.doctor.begin')}
            </Button>
          </Group>
          <Checkbox
            label={t('cameras.doctor.showFaces')}
            checked={showFaces}
            onChange={(event) => setShowFaces(event.currentTarget.checked)}
          />
        </Stack>
      )}
      {problem !== null && <Failed error={problem} />}
      {data.state === 'failed' && (
        <Alert color="orange" role="alert" title={t('cameras.doctor.failed')} className="anyName">
          {data.reason}
        </Alert>
      )}
      {data.result ? (
        <DoctorResult camera={camera} result={data.result} />
      ) : (
        !running &&
        data.state === 'never' && (
          <Empty icon={<IconStethoscope />} title={t('cameras.doctor.never')}>
            {t('cameras.doctor.neverText')}
          </Empty>
        )
      )}
    </Stack>
  );
}
