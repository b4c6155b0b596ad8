import { Anchor, Badge, Group, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client.ts';
import { fullTime } from '../../parts/when.tsx';

const REFUSED = 400;

export function AuditRow({
  entry,
  words,
  onAbout,
}: {
  readonly entry: Schemas['AuditEntry'];
  readonly words: string;
  readonly onAbout: (id: string) => void;
}) {
  const { t } = useTranslation();
  const { at, actor, address, entityId, status, detail } = entry;
  return (
    <Table.Tr>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        <Text component="time" size="sm" dateTime={at}>
          {fullTime(at)}
        </Text>
      </Table.Td>
      <Table.Td miw={120} maw={200}>
        <Text size="sm" className="anyName">
          {actor.kind === 'nobody' && actor.name === '' ? t('access.nobody') : actor.name}
          {actor.kind === 'key' && ` (${t('access.aKey')})`}
        </Text>
      </Table.Td>
      <Table.Td>
        <Group gap="xs">
          <Text size="sm">{words}</Text>
          {status >= REFUSED && (
            <Badge size="sm" color="red" variant="light" tt="none">
              {t('access.refused', { status })}
            </Badge>
          )}
        </Group>
        {detail !== null && (
          <Text size="xs" c="dimmed" className="anyName">
            {Object.entries(detail)
              .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
              .join(', ')}
          </Text>
        )}
      </Table.Td>
      <Table.Td miw={180} maw={220}>
        {entityId !== null && (
          <Anchor component="button" size="sm" className="anyName" onClick={() => onAbout(entityId)}>
            {entityId}
          </Anchor>
        )}
      </Table.Td>
      <Table.Td>
        <Text size="sm">{address}</Text>
      </Table.Td>
    </Table.Tr>
  );
}
