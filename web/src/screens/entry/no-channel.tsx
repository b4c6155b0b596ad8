// What is set up here needs a channel that there is not yet: who can make one is led there, others are told whom to ask.

import { Alert, Anchor } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.ts';

export function NoChannel({
  title,
  text,
  askFor,
}: {
  readonly title: string;
  /** For administrators. */
  readonly text: string;
  /** For everybody else. */
  readonly askFor: string;
}) {
  const { t } = useTranslation();
  const isAdministrator = useMay('administrator');
  return (
    <Alert color="blue" icon={<IconInfoCircle />} title={title}>
      {isAdministrator ? text : askFor}{' '}
      {isAdministrator && (
        <Anchor
          inherit
          c="inherit"
          underline="always"
          renderRoot={(props: object) => <Link to="/rules" search={{ tab: 'channels' }} {...props} />}
        >
          {t('chats.toChannels')}
        </Anchor>
      )}
    </Alert>
  );
}
