// What went wrong, in the server's own words, and what can be done.

import { Alert, Button, Group, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { messageOf } from './notices.tsx';

export function Failed({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const { t } = useTranslation();
  return (
    <Alert color="red" icon={<IconAlertTriangle />} title={t('parts.failed')} m="md" role="alert">
      <Text className="anyName">{messageOf(error)}</Text>
      {onRetry && (
        <Group mt="sm">
          <Button variant="default" onClick={onRetry}>
            {t('parts.retry')}
          </Button>
        </Group>
      )}
    </Alert>
  );
}
