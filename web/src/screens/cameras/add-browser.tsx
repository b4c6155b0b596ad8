// "This browser": a tablet or phone becomes a camera. The camera is made, a key for it, and a link that holds the key.

import { Button, Group, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Failed } from '../../parts/failed.tsx';
import { saveCamera } from './camera-data.ts';
import { KioskLink, makeKey } from './kiosk-link.tsx';
import { Begins, NameFields, useNewCamera } from './name-and-save.tsx';

export function AddBrowser({ taken }: { readonly taken: readonly string[] }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const made = useNewCamera(taken);
  const [link, setLink] = useState<{ readonly id: string; readonly name: string; readonly key: string } | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [saving, setSaving] = useState(false);

  async function save(): Promise<void> {
    setSaving(true);
    setError(null);
    try {
      const { id, name } = await saveCamera(made.id, { name: made.name.trim(), settings: { source: 'browser:' } });
      setLink({ id, name, key: await makeKey(id, name) });
      void cache.invalidateQueries({ queryKey: ['cameras'] });
    } catch (failure) {
      setError(failure);
    }
    setSaving(false);
  }

  if (link) {
    return (
      <Stack>
        <KioskLink id={link.id} cameraKey={link.key} />
        <Begins id={link.id} name={link.name} />
      </Stack>
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (made.name.trim() !== '' && made.problem === null) void save();
      }}
    >
      <Stack>
        <Text>{t('cameras.browser.text')}</Text>
        <NameFields made={made} />
        {error !== null && <Failed error={error} />}
        <Group>
          <Button type="submit" loading={saving}>
            {t('cameras.browser.make')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
