// Names with values, such as headers: any number of them.

import { ActionIcon, Button, Group, Input, PasswordInput, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldProps } from './schema-input.tsx';
import { HIDDEN } from './schema.ts';

interface Pair {
  readonly name: string;
  readonly value: string;
}

export function PairsInput({
  field: { label, description, error, disabled = false },
  isSecret,
  value,
  onChange,
}: {
  readonly field: FieldProps;
  readonly isSecret: boolean;
  readonly value: unknown;
  readonly onChange: (value: Readonly<Record<string, string>>) => void;
}) {
  const { t } = useTranslation();
  // While they are written two may have the same name, or none.
  const [pairs, setPairs] = useState(() => pairsOf(value));
  const Value = isSecret ? PasswordInput : TextInput;

  function change(next: readonly Pair[]): void {
    setPairs(next);
    onChange(
      Object.fromEntries(next.flatMap((pair) => (pair.name.trim() === '' ? [] : [[pair.name.trim(), pair.value]]))),
    );
  }

  function put(at: number, part: Partial<Pair>): void {
    change(pairs.map((pair, i) => (i === at ? { ...pair, ...part } : pair)));
  }

  return (
    <Input.Wrapper label={label} description={description} error={error} labelElement="div">
      <Stack gap="xs" mt={6}>
        {pairs.map((pair, i) => (
          // oxlint-disable-next-line react/no-array-index-key -- a row is its place: names change while they are written
          <Group key={i} gap="xs" wrap="nowrap">
            <TextInput
              flex={1}
              aria-label={t('kindForm.name')}
              placeholder={t('kindForm.name')}
              disabled={disabled}
              spellCheck={false}
              value={pair.name}
              onChange={(event) => put(i, { name: event.currentTarget.value })}
            />
            <Value
              flex={2}
              aria-label={t('kindForm.valueOf', { name: pair.name })}
              placeholder={pair.value === HIDDEN ? t('kindForm.kept') : t('kindForm.value')}
              disabled={disabled}
              autoComplete="off"
              value={pair.value === HIDDEN ? '' : pair.value}
              onChange={(event) => put(i, { value: event.currentTarget.value })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              disabled={disabled}
              aria-label={t('kindForm.removeOf', { name: pair.name })}
              onClick={() => change(pairs.filter((_, at) => at !== i))}
            >
              <IconX size={18} />
            </ActionIcon>
          </Group>
        ))}
        <Group>
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconPlus size={14} />}
            disabled={disabled}
            onClick={() => setPairs([...pairs, { name: '', value: '' }])}
          >
            {t('kindForm.addPair')}
          </Button>
        </Group>
      </Stack>
    </Input.Wrapper>
  );
}

function pairsOf(value: unknown): readonly Pair[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([name, one]) => ({ name, value: String(one) }));
}
