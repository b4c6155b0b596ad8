// What is odd about the files, each kind with how many and which.

import { Accordion, Badge, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Plan } from './plan.ts';

const SHOWN = 100;

export function OddFiles({ odd }: { readonly odd: Plan['odd'] }) {
  const { t } = useTranslation();
  if (odd.size === 0) return null;
  return (
    <div>
      <Text fw={600} mb={4}>
        {t('adding.odd.title')}
      </Text>
      <Accordion variant="separated" chevronPosition="left">
        {[...odd].map(([kind, files]) => (
          <Accordion.Item key={kind} value={kind}>
            <Accordion.Control>
              <Group gap="xs" wrap="nowrap">
                <Text size="sm">{t(`adding.odd.${kind}`)}</Text>
                <Badge variant="light" color="orange">
                  {files.length}
                </Badge>
              </Group>
            </Accordion.Control>
            <Accordion.Panel>
              {files.slice(0, SHOWN).map((file) => (
                <Text key={file} size="sm" className="anyName">
                  {file}
                </Text>
              ))}
              {files.length > SHOWN && <Text size="sm">…</Text>}
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </div>
  );
}
