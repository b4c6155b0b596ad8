// Removes a camera, after a question.

import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { ask } from '../../parts/ask.tsx';
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

  const askFirst = (): void =>
    ask(t('cameras.remove.ask', { name: camera.name }), t('cameras.remove.text'), {
      confirm: t('cameras.remove.confirm'),
      onConfirm: () => void remove(),
    });

  return (
    <Stack gap="xs">
      <Title order={2} size="h5">
        {t('cameras.remove.title')}
      </Title>
      <Text size="sm">{t('cameras.remove.text')}</Text>
      <Group>
        <Button color="red" variant="outline" onClick={askFirst}>
          {t('cameras.remove.button')}
        </Button>
      </Group>
    </Stack>
  );
}
