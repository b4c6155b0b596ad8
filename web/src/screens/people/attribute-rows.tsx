// Attributes as rows of a word and what it is: "site: north".

import { ActionIcon, Autocomplete, Button, Fieldset, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { AttributeRow } from './draft.ts';
import { attributesQuery } from './queries.ts';

export function AttributeRows({
  rows,
  disabled,
  onChange,
}: {
  readonly rows: readonly AttributeRow[];
  readonly disabled: boolean;
  readonly onChange: (rows: readonly AttributeRow[]) => void;
}) {
  const { t } = useTranslation();
  const known = useQuery(attributesQuery).data?.items ?? [];
  const set = (at: number, change: Partial<AttributeRow>): void =>
    onChange(rows.map((row, i) => (i === at ? { ...row, ...change } : row)));
  return (
    <Fieldset
      legend={
        <Text span size="sm" fw={500}>
          {t('people.attributes')}
        </Text>
      }
      variant="unstyled"
      disabled={disabled}
    >
      <Stack gap={6}>
        {rows.map((row, i) => (
          // Rows have no name of their own; they are only added at the end.
          <Group key={i} gap={6} wrap="nowrap">
            <Autocomplete
              flex={1}
              miw={0}
              aria-label={t('people.attributeKey')}
              placeholder={t('people.attributeKey')}
              data={known.map(({ key }) => key)}
              value={row.key}
              maxLength={50}
              onChange={(key) => set(i, { key })}
            />
            <TextInput
              flex={2}
              miw={0}
              aria-label={t('people.attributeValue', { key: row.key })}
              placeholder={t('people.attributeValueHint')}
              value={row.value}
              maxLength={200}
              onChange={({ currentTarget: { value } }) => set(i, { value })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('people.attributeRemove', { key: row.key })}
              title={t('people.attributeRemove', { key: row.key })}
              onClick={() => onChange(rows.filter((_, at) => at !== i))}
            >
              <IconX size={16} />
            </ActionIcon>
          </Group>
        ))}
        {!disabled && (
          <Button
            variant="subtle"
            size="compact-sm"
            style={{ alignSelf: 'start' }}
            onClick={() => onChange([...rows, { key: '', value: '' }])}
          >
            {t('people.attributeAdd')}
          </Button>
        )}
      </Stack>
    </Fieldset>
  );
}
