// One setting of a camera, drawn by its type.

import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import { SchemaInput } from '../../parts/schema-input.tsx';
import type { Field } from './settings-schema.ts';

export type Value = string | number | boolean | undefined;

export function SettingField({
  field: { key, shape, optional },
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
  return (
    <SchemaInput
      shape={shape}
      value={value}
      field={{
        label: textOf(key, 'title', shape.title ?? key),
        description: textOf(key, 'text', shape.description ?? ''),
        disabled,
        error,
      }}
      choiceName={(choice) => textOf(key, String(choice), String(choice))}
      {...(optional && { placeholder: t('cameras.settings.byProfile') })}
      clearable={optional}
      onChange={(next) => onChange((next ?? undefined) as Value)}
    />
  );
}

/** A setting that is newer than the texts has the server's own words. */
function textOf(key: string, part: string, otherwise: string): string {
  const found: unknown = i18next.getResource(i18next.language, 'translation', `cameras.fields.${key}.${part}`);
  return typeof found === 'string' ? found : otherwise;
}
