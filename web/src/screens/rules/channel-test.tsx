// A real test message, and what the receiver really said.

import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconSend } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { messageOf } from '../../parts/notices.tsx';

export function ChannelTest({ id, isSaved = true }: { readonly id: string; readonly isSaved?: boolean }) {
  const { t } = useTranslation();
  const test = useMutation({
    mutationFn: () => dataOf(api.POST('/api/v1/channels/{id}/test', { params: { path: { id } } })),
  });
  const error = test.error ? messageOf(test.error) : (test.data?.error ?? null);
  return (
    <Stack gap={0} align="flex-start">
      <Group gap="xs">
        <Button
          size="xs"
          variant="light"
          leftSection={<IconSend size={16} />}
          loading={test.isPending}
          disabled={!isSaved}
          onClick={() => test.mutate()}
        >
          {t('channels.test')}
        </Button>
        {!isSaved && (
          <Text size="sm" c="dimmed">
            {t('channels.saveFirst')}
          </Text>
        )}
      </Group>
      <div role="status">
        {isSaved && error !== null && (
          <Alert mt="xs" color="red" icon={<IconAlertTriangle />} title={t('channels.testFailed')}>
            <Text size="sm" className="anyName">
              {error}
            </Text>
          </Alert>
        )}
        {isSaved && test.data?.ok === true && !test.isPending && (
          <Alert mt="xs" color="teal" icon={<IconCheck />} title={t('channels.testSent')}>
            <Text size="sm">{t('channels.testSentText')}</Text>
          </Alert>
        )}
      </div>
    </Stack>
  );
}
