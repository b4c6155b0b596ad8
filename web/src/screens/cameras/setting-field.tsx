// One setting of a camera, drawn by its type.

import { NumberInput, Select, Switch, TextInput } from '@mantine/core';
import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Field } from './settings-schema.ts';

export type Value = string | number | boolean | undefined;

export function SettingField({
  field,
  value,
  error,
  disabled,
  onChange,
}: {
  readonly field: Field;
  readonly value: Value;
  readonly error: string | null;
  readonly disabled: boolean;
  readonly onChange: (value: Value) => void;
}) {
  const { t } = useTranslation();
  const common = {
    label: textOf(field.key, 'title', field.title),
    description: textOf(field.key, 'text', field.description),
    disabled,
    error,
  };
  switch (field.kind) {
    case 'choice':
      return (
        <Select
          {...common}
          data={field.choices.map((choice) => ({ value: choice, label: textOf(field.key, choice, choice) }))}
          value={typeof value === 'string' ? value : null}
          placeholder={t('cameras.settings.byProfile')}
          clearable={field.optional}
          allowDeselect={field.optional}
          onChange={(next) => onChange(next ?? undefined)}
        />
      );
    case 'switch':
      return (
        <Switch {...common} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />
      );
    case 'number':
      return (
        <NumberInput
          {...common}
          value={typeof value === 'number' ? value : ''}
          placeholder={field.optional ? t('cameras.settings.byProfile') : undefined}
          allowDecimal={!field.whole}
          step={field.whole ? 1 : 0.1}
          {...(field.minimum !== undefined && { min: field.minimum })}
          {...(field.maximum !== undefined && { max: field.maximum })}
          onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
        />
      );
    default:
      return (
        <TextInput
          {...common}
          value={typeof value === 'string' ? value : ''}
          spellCheck={false}
          onChange={(event) => onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
        />
      );
  }
}

/** A setting that is newer than the texts has the server's own words. */
function textOf(key: string, part: string, otherwise: string): string {
  const found: unknown = i18next.getResource(i18next.language, 'translation', `cameras.fields.${key}.${part}`);
  return typeof found === 'string' ? found : otherwise;
}
