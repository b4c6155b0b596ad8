// Some cameras, to filter a list by.

import { MultiSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useCameraOptions } from './cameras.ts';

export function CameraFilter({
  cameras,
  onChange,
}: {
  readonly cameras: readonly string[];
  readonly onChange: (cameras: readonly string[]) => void;
}) {
  const { t } = useTranslation();
  const options = useCameraOptions();
  return (
    <MultiSelect
      miw={170}
      maw={320}
      clearable
      aria-label={t('log.cameras')}
      placeholder={cameras.length === 0 ? t('log.allCameras') : ''}
      data={options}
      value={[...cameras]}
      onChange={onChange}
      clearButtonProps={{ 'aria-label': t('log.clearOne', { what: t('log.cameras') }) }}
    />
  );
}
