// Where the picture comes from: dropped, pasted, chosen, or taken with the webcam.

import { Button, FileButton, Group, Stack, Text } from '@mantine/core';
import { IconVideo } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DropArea } from '../../parts/drop-area.tsx';
import { Webcam } from '../../parts/webcam.tsx';

export function ChoosePicture({ onPicture }: { readonly onPicture: (picture: File) => void }) {
  const { t } = useTranslation();
  const [webcam, setWebcam] = useState(false);

  if (webcam) return <Webcam onTake={onPicture} onClose={() => setWebcam(false)} />;
  return (
    <Stack>
      <DropArea
        label={t('search.drop')}
        hint={`${t('search.paste')} · ${t('search.privacy')}`}
        onDrop={(transfer) => {
          const [file] = transfer.files;
          if (file) onPicture(file);
        }}
      >
        <Group justify="center">
          <FileButton accept="image/*,.heic,.heif" onChange={(file) => file && onPicture(file)}>
            {(props) => <Button {...props}>{t('search.choose')}</Button>}
          </FileButton>
          <Button variant="default" leftSection={<IconVideo size={18} />} onClick={() => setWebcam(true)}>
            {t('search.webcam')}
          </Button>
        </Group>
      </DropArea>
      <Text size="sm" c="dimmed">
        {t('search.what')}
      </Text>
    </Stack>
  );
}
