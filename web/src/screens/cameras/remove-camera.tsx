// Removes a camera, after a question.

import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { tellDone, tellFailure } from '../../parts/notices.tsx';
import type { Camera } from './camera-data.ts';

export function RemoveCamera({ camera }: { readonly camera: Camera }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const navigate = useNavigate();

  async function remove(): Promise<void> {
    try {
      await dataOf(api.DELETE('/api/v1/cameras/{id}', { params: { path: { id: camera.id } } }));
      tellDone(t('cameras.remove.done', { name: camera.name }));
      await navigate({ to: '/cameras', ignoreBlocker: true });
      await cache.invalidateQueries({ queryKey: ['cameras'] });
    } catch (error) {
      tellFailure(error);
    }
  }

  function ask(): void {
    modals.openConfirmModal({
      title: t('cameras.remove.ask', { name: camera.name }),
      children: t('cameras.remove.text'),
      labels: { confirm: t('cameras.remove.confirm'), cancel: t('parts.cancel') },
      confirmProps: { color: 'red' },
      closeButtonProps: { 'aria-label': t('parts.close') },
      classNames: { title: 'anyName' },
      onConfirm: () => void remove(),
    });
  }

  return (
    <Stack gap="xs">
      <Title order={2} size="h5">
        {t('cameras.remove.title')}
      </Title>
      <Text size="sm">{t('cameras.remove.text')}</Text>
      <Group>
        <Button color="red" variant="outline" onClick={ask}>
          {t('cameras.remove.button')}
        </Button>
      </Group>
    </Stack>
  );
}
