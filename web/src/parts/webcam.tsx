// Pictures of this computer's camera, taken one by one. Nothing leaves the browser here.

import { Alert, Button, Group, NativeSelect, Paper, Stack, Text } from '@mantine/core';
import { IconCamera, IconCameraOff } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

type State = 'starting' | 'live' | 'denied' | 'none' | 'busy' | 'insecure' | { readonly failed: string };

const IDEAL = { width: { ideal: 1280 }, height: { ideal: 720 } };
const JPEG_QUALITY = 0.92;

export function Webcam({
  onTake,
  onClose,
  poses = false,
}: {
  readonly onTake: (picture: File) => void;
  readonly onClose: () => void;
  /** Suggests how to look: for somebody who is enrolled. */
  readonly poses?: boolean;
}) {
  const { t } = useTranslation();
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<State>('starting');
  const [tries, setTries] = useState(0);
  const [devices, setDevices] = useState<readonly MediaDeviceInfo[]>([]);
  const [device, setDevice] = useState('');
  const [taken, setTaken] = useState(0);

  useEffect(() => {
    const ended = new AbortController();
    let stream: MediaStream | undefined;
    async function start(): Promise<void> {
      setState('starting');
      // What is not there on insecure pages is typed as if it always were.
      const media = navigator.mediaDevices as MediaDevices | undefined;
      if (!media) {
        setState('insecure');
        return;
      }
      try {
        stream = await media.getUserMedia({
          video: { ...IDEAL, ...(device !== '' && { deviceId: { exact: device } }) },
        });
        const all = await media.enumerateDevices();
        const { current } = video;
        if (ended.signal.aborted || !current) {
          stop(stream);
          return;
        }
        setDevices(all.filter(({ kind }) => kind === 'videoinput'));
        current.srcObject = stream;
        await current.play();
        setState('live');
      } catch (error) {
        if (!ended.signal.aborted) setState(stateOf(error));
      }
    }
    void start();
    return () => {
      ended.abort();
      stop(stream);
    };
    // `tries`: somebody wants it tried again.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [device, tries]);

  function take(): void {
    const { current } = video;
    if (!current || current.videoWidth === 0) return;
    const canvas = document.createElement('canvas');
    canvas.width = current.videoWidth;
    canvas.height = current.videoHeight;
    canvas.getContext('2d')?.drawImage(current, 0, 0);
    canvas.toBlob(
      (blob) => {
        if (!blob) return;
        setTaken((count) => count + 1);
        onTake(new File([blob], 'webcam.jpg', { type: 'image/jpeg' }));
      },
      'image/jpeg',
      JPEG_QUALITY,
    );
  }

  const trouble = state === 'starting' || state === 'live' ? null : state;
  const pose = (['front', 'left', 'right', 'enough'] as const)[Math.min(taken, 3)] ?? 'enough';
  return (
    <Paper withBorder p="sm" role="group" aria-label={t('adding.webcam.title')}>
      <Stack gap="sm">
        {trouble !== null && (
          <Alert color="orange" icon={<IconCameraOff />} role="alert">
            <Text className="anyName">
              {typeof trouble === 'object'
                ? t('adding.webcam.failed', { why: trouble.failed })
                : t(`adding.webcam.${trouble}`)}
            </Text>
            <Button mt="xs" variant="default" onClick={() => setTries((count) => count + 1)}>
              {t('parts.retry')}
            </Button>
          </Alert>
        )}
        <video
          ref={video}
          muted
          playsInline
          aria-label={t('adding.webcam.live')}
          // A mirror is what people expect of themselves; the picture that is taken is not turned round.
          style={{
            display: trouble === null ? 'block' : 'none',
            width: '100%',
            maxHeight: 340,
            objectFit: 'contain',
            transform: 'scaleX(-1)',
            borderRadius: 'var(--mantine-radius-md)',
            background: 'var(--mantine-color-dark-9)',
          }}
        />
        <Text role="status" fw={600} ta="center">
          {state === 'starting'
            ? t('adding.webcam.starting')
            : state === 'live' && poses
              ? t(`adding.webcam.${pose}`)
              : ''}
        </Text>
        <Group justify="center">
          {devices.length > 1 && (
            <NativeSelect
              aria-label={t('adding.webcam.device')}
              value={device}
              onChange={(event) => setDevice(event.currentTarget.value)}
              data={devices.map(({ deviceId, label }, i) => ({
                value: deviceId,
                label: label === '' ? `${t('adding.webcam.device')} ${i + 1}` : label,
              }))}
            />
          )}
          <Button leftSection={<IconCamera size={18} />} disabled={state !== 'live'} onClick={take}>
            {t('adding.webcam.take')}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t('adding.webcam.close')}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}

function stop(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

function stateOf(error: unknown): State {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'none';
  if (name === 'NotReadableError' || name === 'AbortError') return 'busy';
  return { failed: error instanceof Error ? error.message : String(error) };
}
