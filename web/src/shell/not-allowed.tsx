// A screen that a role does not include: said, instead of a page of refused requests.

import { Anchor } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Empty } from '../parts/empty.tsx';

export class NotAllowedError extends Error {
  override readonly name = 'NotAllowedError';
}

export function NotAllowed() {
  const { t } = useTranslation();
  return (
    <Empty icon={<IconLock />} title={t('shell.notAllowed')}>
      <Anchor component={Link} to="/live">
        {t('shell.home')}
      </Anchor>
    </Empty>
  );
}
