import { Anchor } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Empty } from '../parts/empty.tsx';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Empty icon={<IconMapOff />} title={t('shell.notFound')}>
      <Anchor component={Link} to="/live">
        {t('shell.home')}
      </Anchor>
    </Empty>
  );
}
