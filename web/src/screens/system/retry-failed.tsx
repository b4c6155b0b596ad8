// Failed detections once more, all of them.

import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { tellDone, tellFailure } from '../../parts/notices.tsx';

export function RetryFailed() {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const retrying = useMutation({
    mutationFn: () => dataOf(api.POST('/api/v1/detections/retry', { body: {} })),
    onSuccess: ({ retried }) => tellDone(t('system.retried', { count: retried })),
    onError: tellFailure,
    onSettled: () => Promise.all(['system', 'detections'].map((key) => cache.invalidateQueries({ queryKey: [key] }))),
  });
  return (
    <Button size="compact-xs" variant="light" loading={retrying.isPending} onClick={() => retrying.mutate()}>
      {t('system.retry')}
    </Button>
  );
}
