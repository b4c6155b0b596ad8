import { Center, Loader, VisuallyHidden } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export function Loading() {
  const { t } = useTranslation();
  return (
    <Center mih={160} role="status">
      <Loader />
      <VisuallyHidden>{t('parts.loading')}</VisuallyHidden>
    </Center>
  );
}
