// Why the settings of a camera cannot be changed here.

import { Alert } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Camera } from './camera-data.ts';

export function FixedNote({ camera }: { readonly camera: Camera }) {
  const { t } = useTranslation();
  if (camera.fixed) {
    return (
      <Alert icon={<IconLock />} color="blue" title={t('cameras.fixed.title')}>
        {t('cameras.fixed.text')}
      </Alert>
    );
  }
  if (camera.settings !== null) return null;
  return (
    <Alert icon={<IconLock />} color="blue" title={t('cameras.fixed.ownTitle')}>
      {t('cameras.fixed.ownText')}
    </Alert>
  );
}
