// A text to take elsewhere, with a button that copies it.

import { ActionIcon, Code, CopyButton, Group, Stack, Text, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './cameras.module.css';

export function Copyable({ label, text }: { readonly label: string; readonly text: string }) {
  const { t } = useTranslation();
  return (
    <Stack gap={4}>
      <Text size="sm" fw={500}>
        {label}
      </Text>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <Code block flex={1} className={classes['code'] ?? ''} aria-label={label} tabIndex={0}>
          {text}
        </Code>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Tooltip label={t(copied ? 'cameras.copied' : 'cameras.copy')}>
              <ActionIcon
                variant="default"
                size="lg"
                aria-label={t(copied ? 'cameras.copied' : 'cameras.copyOf', { what: label })}
                onClick={copy}
              >
                {copied ? <IconCheck size={18} /> : <IconCopy size={18} />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
      </Group>
    </Stack>
  );
}
