// What waits for a restart, and how one is made: Kith cannot know who starts it again, so it does not end itself.

import { Alert, Code, List, Spoiler, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

export function RestartNotice({ names }: { readonly names: readonly string[] }) {
  const { t } = useTranslation();
  if (names.length === 0) return null;
  return (
    <Alert
      color="orange"
      icon={<IconRefresh />}
      title={t('settings.restartFor', { names: names.join(', ') })}
      role="status"
    >
      <Spoiler maxHeight={0} showLabel={t('settings.restartHow')} hideLabel={t('settings.restartHide')}>
        <Text size="sm">{t('settings.restartKeeps')}</Text>
        <List size="sm" mt="xs">
          <List.Item>
            {t('settings.restartTerminal')} <Code>npm start</Code>
          </List.Item>
          <List.Item>
            {t('settings.restartService')} <Code>sudo systemctl restart kith</Code>
          </List.Item>
          <List.Item>
            {t('settings.restartContainer')} <Code>docker restart kith</Code>
          </List.Item>
        </List>
      </Spoiler>
    </Alert>
  );
}
