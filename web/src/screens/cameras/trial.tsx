// A camera is tried at once: the picture it gives, or in the words of the camera program why there is none.

import { Alert, Button, Group, Loader, Select, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf, type Schemas } from '../../api/client.ts';
import { messageOf } from '../../parts/notices.tsx';
import { BlobImage, jpegOf } from './blob-image.tsx';
import classes from './cameras.module.css';
import { withProfile } from './profile.ts';

export type TrialResult = Schemas['CameraTrial'];

export interface Trial {
  readonly state: 'none' | 'running' | 'done';
  readonly result: TrialResult | null;
  /** The request itself failed: in words. */
  readonly problem: string | null;
  /** What was tried. */
  readonly source: string | null;
  readonly begin: (source: string, camera?: string) => void;
  readonly cancel: () => void;
}

const NOTHING = { state: 'none', result: null, problem: null, source: null } as const;

export function useTrial(): Trial {
  const [now, setNow] = useState<Omit<Trial, 'begin' | 'cancel'>>(NOTHING);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  async function begin(source: string, camera?: string): Promise<void> {
    running.current?.abort();
    const { signal } = (running.current = new AbortController());
    setNow({ ...NOTHING, state: 'running', source });
    try {
      const body = { settings: { source } as never, ...(camera !== undefined && { camera }) };
      const result = await dataOf(api.POST('/api/v1/cameras/test', { body, signal }));
      if (!signal.aborted) setNow({ state: 'done', result, problem: null, source });
    } catch (error) {
      if (!signal.aborted) setNow({ state: 'done', result: null, problem: messageOf(error), source });
    }
  }

  return {
    ...now,
    begin: (source, camera) => void begin(source, camera),
    cancel() {
      running.current?.abort();
      setNow(NOTHING);
    },
  };
}

export function TrialView({
  trial,
  onProfile,
}: {
  readonly trial: Trial;
  /** Another set of pictures of an ONVIF camera is wanted: its address. */
  readonly onProfile?: (source: string) => void;
}) {
  const { t, i18n } = useTranslation();
  const base64 = trial.result?.picture ?? null;
  const picture = useMemo(() => (base64 === null ? null : jpegOf(base64)), [base64]);
  if (trial.state === 'none') return null;
  if (trial.state === 'running') {
    return (
      <Group role="status">
        <Loader size="sm" />
        <Text>{t('cameras.trial.running')}</Text>
        <Button variant="default" size="compact-md" onClick={trial.cancel}>
          {t('parts.cancel')}
        </Button>
      </Group>
    );
  }
  const { result, problem, source } = trial;
  if (!result?.ok) {
    return (
      <Alert color="orange" icon={<IconAlertTriangle />} title={t('cameras.trial.failed')} role="alert">
        <Text className="anyName">
          {(result?.reason ?? problem ?? '').replace(/^"source"/, t('cameras.theAddress'))}
        </Text>
        {result?.about && <Text mt="xs">{t(`cameras.trial.about.${result.about}`)}</Text>}
      </Alert>
    );
  }
  const rate = result.frameRate?.toLocaleString(i18n.language, { maximumFractionDigits: 1 });
  const facts = [
    `${result.width} × ${result.height}`,
    ...(rate === undefined ? [] : [t('cameras.trial.rate', { rate })]),
    ...(result.codec === null ? [] : [result.codec.toUpperCase()]),
  ];
  const small = (result.width ?? 0) < 640;
  return (
    <Stack gap="sm">
      <Alert color="green" icon={<IconCircleCheck />} role="status" title={t('cameras.trial.ok')}>
        {facts.join(' · ')}
        {small && <Text mt="xs">{t('cameras.trial.small')}</Text>}
      </Alert>
      {picture && <BlobImage blob={picture} alt={t('cameras.trial.picture')} className={classes['picture']} />}
      {onProfile && source !== null && result.profiles.length > 1 && (
        <Select
          label={t('cameras.trial.profile')}
          description={t('cameras.trial.profileText')}
          placeholder={t('cameras.trial.largest')}
          data={result.profiles.map(({ token, name, width, height }) => ({
            value: token,
            label: `${name} (${width} × ${height})`,
          }))}
          clearable
          onChange={(token) => onProfile(withProfile(source, token))}
        />
      )}
    </Stack>
  );
}
