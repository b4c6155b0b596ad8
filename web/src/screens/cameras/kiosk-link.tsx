// The link that makes a browser the camera: shown once, as it holds the key; also as a QR code for the tablet.

import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconExternalLink } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { Copyable } from '../../parts/copyable.tsx';
import { QrCode } from '../../parts/qr-code.tsx';

/** A key for one camera; answered this once. */
export async function makeKey(camera: string, name: string): Promise<string> {
  const { key } = await dataOf(
    api.POST('/api/v1/keys', { body: { name: name.slice(0, 100), scopes: ['camera'], camera } }),
  );
  return key;
}

export function KioskLink({ id, cameraKey }: { readonly id: string; readonly cameraKey: string }) {
  const { t } = useTranslation();
  const link = `${location.origin}/kiosk/${encodeURIComponent(id)}#key=${cameraKey}`;
  const isLocal = /^(?:localhost|127\.|\[::1\])/.test(location.host);
  const problem = isLocal ? 'local' : globalThis.isSecureContext ? null : 'insecure';
  return (
    <Stack>
      <Text>{t('cameras.browser.link')}</Text>
      {problem && (
        <Alert color="orange" icon={<IconAlertTriangle />}>
          {t(`cameras.browser.${problem}`, { host: location.host })}
        </Alert>
      )}
      <Group align="flex-start" gap="lg">
        <QrCode text={link} label={t('cameras.browser.qr')} />
        <Stack flex={1} miw={240}>
          <Copyable label={t('cameras.browser.linkLabel')} text={link} />
          <Button
            component="a"
            href={link}
            target="_blank"
            rel="noreferrer"
            leftSection={<IconExternalLink size={18} />}
            w="fit-content"
          >
            {t('cameras.browser.here')}
          </Button>
          <Text size="sm" c="dimmed">
            {t('cameras.browser.once')}
          </Text>
        </Stack>
      </Group>
    </Stack>
  );
}
