// Why somebody was let in or not: each condition, whether it was met, and what was found.

import { Group, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Evidence } from './door-data.ts';
import { conditionText } from './door-words.ts';

export function EvidenceList({ evidence }: { readonly evidence: readonly Evidence[] }) {
  const { t } = useTranslation();
  return (
    <Stack component="ul" gap={6} m={0} p={0} aria-label={t('doors.evidence')} style={{ listStyle: 'none' }}>
      {evidence.map(({ condition, met, found }) => (
        <Group key={condition} component="li" gap="xs" wrap="nowrap" align="flex-start">
          <ThemeIcon size={20} radius="xl" variant="light" color={met ? 'green' : 'red'} aria-hidden>
            {met ? <IconCheck size={14} /> : <IconX size={14} />}
          </ThemeIcon>
          <Text size="sm" component="div">
            <Text span inherit fw={600}>
              {conditionText({ condition })}
            </Text>
            {`: ${t(met ? 'doors.met' : 'doors.unmet')} · `}
            {/* The server's words, as they stand in the audit log too. */}
            <Text span inherit c="dimmed" className="anyName" lang="en">
              {found}
            </Text>
          </Text>
        </Group>
      ))}
    </Stack>
  );
}
