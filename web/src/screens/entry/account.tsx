// What everybody may change about herself: password, second factor, where she is signed in.

import { Stack, Tabs } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PageHead } from '../../parts/page-head.tsx';
import { Devices } from './devices.tsx';
import { ChangePassword } from './change-password.tsx';
import { SecondFactor } from './second-factor.tsx';

const PARTS = [
  { name: 'password', text: 'entry.password', part: ChangePassword },
  { name: 'totp', text: 'entry.totp', part: SecondFactor },
  { name: 'devices', text: 'entry.devices', part: Devices },
] as const;

export function Account() {
  const { t } = useTranslation();
  return (
    <>
      <PageHead title={t('shell.account')} />
      <Tabs defaultValue="password" keepMounted={false}>
        <Tabs.List mb="md">
          {PARTS.map(({ name, text }) => (
            <Tabs.Tab key={name} value={name}>
              {t(text)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {PARTS.map(({ name, part: Part }) => (
          <Tabs.Panel key={name} value={name}>
            <Stack maw={520}>
              <Part />
            </Stack>
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  );
}
