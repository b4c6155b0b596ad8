// What waits for a restart, and how one is made: Kith cannot know who starts it again, so it does not end itself.

import { Alert, Button, Code, Collapse, List, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconRefresh } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

export function RestartNotice({ names }: { readonly names: readonly string[] }) {
  const { t } = useTranslation();
  const [opened, { toggle }] = useDisclosure(false);
  if (names.length === 0) return null;
  return (
    <Alert
      color="orange"
      icon={<IconRefresh />}
      title={t('settings.restartFor', { names: names.join(', ') })}
      role="status"
    >
      <Button size="compact-sm" variant="default" onClick={toggle} aria-expanded={opened}>
        {t(opened ? 'settings.restartHide' : 'settings.restartHow')}
      </Button>
      <Collapse expanded={opened} mt="xs">
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
      </Collapse>
    </Alert>
  );
}
