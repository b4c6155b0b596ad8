// What became of a photo, in a word and the gate's own sentences.

import { Badge, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Finding } from './gate.ts';

const LOOKS = {
  accepted: { color: 'green', Icon: IconCheck },
  warned: { color: 'yellow', Icon: IconAlertTriangle },
  refused: { color: 'red', Icon: IconX },
} as const;

export function VerdictBadge({ verdict }: { readonly verdict: keyof typeof LOOKS }) {
  const { t } = useTranslation();
  const { color, Icon } = LOOKS[verdict];
  return (
    <Badge variant="light" color={color} tt="none" leftSection={<Icon size={12} />} style={{ flexShrink: 0 }}>
      {t(`adding.${verdict}`)}
    </Badge>
  );
}

export function Findings({ of }: { readonly of: readonly Finding[] }) {
  return (
    <Stack gap={2}>
      {of.map(({ code, message }) => (
        <Text key={code} size="sm" className="anyName">
          {message}
        </Text>
      ))}
    </Stack>
  );
}
