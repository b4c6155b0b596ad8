// One picture of a camera to draw on: of its program while that runs, else of a short look through it.

import { Button, Center, Group, Loader, Stack, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ApiError, dataOf } from '../../api/client.ts';
import { messageOf } from '../../parts/notices.tsx';
import { BlobImage, jpegOf } from './blob-image.tsx';
import type { Camera } from './camera-data.ts';
import classes from './cameras.module.css';

interface Size {
  readonly width: number;
  readonly height: number;
}

const WIDE: Size = { width: 1_280, height: 720 };

export function StillPicture({
  camera,
  children,
}: {
  readonly camera: Camera;
  readonly children: (size: Size) => ReactNode;
}) {
  const { t } = useTranslation();
  const [size, setSize] = useState(WIDE);
  const picture = useQuery({
    queryKey: ['camera-still', camera.id],
    queryFn: ({ signal }) => stillOf(camera, signal),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    refetchOnWindowFocus: false,
  });
  const blob = picture.data;
  return (
    <Stack gap="xs">
      <div
        className={classes['stage']}
        style={blob === undefined ? { aspectRatio: size.width / size.height } : undefined}
      >
        {blob && <BlobImage blob={blob} alt={t('cameras.live.picture', { name: camera.name })} onSize={setSize} />}
        {!blob && picture.isFetching && (
          <Center pos="absolute" inset={0} role="status">
            <Loader aria-label={t('cameras.still.loading')} />
          </Center>
        )}
        {children(size)}
      </div>
      <Group justify="space-between">
        <Text size="sm" className="anyName" {...(picture.error ? { role: 'alert' } : { c: 'dimmed' as const })}>
          {picture.error ? t('cameras.still.none', { why: messageOf(picture.error) }) : t('cameras.still.text')}
        </Text>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconRefresh size={14} />}
          loading={picture.isFetching}
          onClick={() => void picture.refetch()}
        >
          {t('cameras.still.again')}
        </Button>
      </Group>
    </Stack>
  );
}

async function stillOf(camera: Camera, signal: AbortSignal): Promise<Blob> {
  const params = { path: { id: camera.id } };
  try {
    return (await dataOf(
      api.GET('/api/v1/cameras/{id}/snapshot', { params, signal, parseAs: 'blob' }) as never,
    )) as Blob;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 503 || camera.settings?.source === 'browser:') throw error;
  }
  const { picture, reason } = await dataOf(api.POST('/api/v1/cameras/test', { body: { camera: camera.id }, signal }));
  if (picture === null) throw new Error(reason ?? '');
  return jpegOf(picture);
}
