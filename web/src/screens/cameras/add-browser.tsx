// "This browser": a tablet or phone becomes a camera. The camera is made, a key for it, and a link that holds the key.

import { Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { KioskLink, makeKey } from './kiosk-link.tsx';
import { Begins } from './name-and-save.tsx';
import { NewCameraForm } from './new-camera-form.tsx';

export function AddBrowser({ taken }: { readonly taken: readonly string[] }) {
  const { t } = useTranslation();
  const [link, setLink] = useState<{ readonly id: string; readonly name: string; readonly key: string } | null>(null);
  if (link) {
    return (
      <Stack>
        <KioskLink id={link.id} cameraKey={link.key} />
        <Begins id={link.id} name={link.name} />
      </Stack>
    );
  }
  return (
    <NewCameraForm
      source="browser:"
      taken={taken}
      submit={t('cameras.browser.make')}
      onSaved={async ({ id, name }) => setLink({ id, name, key: await makeKey(id, name) })}
    >
      <Text>{t('cameras.browser.text')}</Text>
    </NewCameraForm>
  );
}
