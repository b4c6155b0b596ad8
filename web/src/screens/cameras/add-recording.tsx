// A recording instead of a camera: files are for whoever sits at the computer, so here stands what to type there.

import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Copyable } from '../../parts/copyable.tsx';

export function AddRecording() {
  const { t } = useTranslation();
  return (
    <Stack>
      <Text>{t('cameras.recording.why')}</Text>
      <Copyable label={t('cameras.recording.once')} text="npm start -- --camera /path/to/clip.mp4" />
      <Copyable
        label={t('cameras.recording.always')}
        text={JSON.stringify({ cameras: [{ id: 'clip', source: '/path/to/clip.mp4', loop: true }] }, null, 2)}
      />
    </Stack>
  );
}
