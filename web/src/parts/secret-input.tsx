// A secret: what is kept never comes back from the server, so the field is empty and what is stored stays until another is written.

import { Button, Group, PasswordInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldProps } from './schema-input.tsx';
import { HIDDEN, type Shape } from './schema.ts';

/** As many bytes as a key of HMAC-SHA256 has. */
const OWN_BYTES = 32;

export function SecretInput({
  field,
  shape,
  value,
  onChange,
}: {
  readonly field: FieldProps;
  readonly shape: Shape;
  readonly value: string;
  readonly onChange: (value: string | null) => void;
}) {
  const { t } = useTranslation();
  const [visible, { toggle, open }] = useDisclosure(false);
  // Whether there is one that can stay.
  const isKept = value === HIDDEN;
  const [wasHidden, setWasHidden] = useState(isKept);
  // It was saved meanwhile.
  if (isKept && !wasHidden) setWasHidden(true);
  // One that both sides agree on can be made here; one that somebody else gave cannot.
  const canMake = (shape.minLength ?? 0) > 1;
  return (
    <Group gap="xs" align="flex-end" wrap="nowrap">
      <PasswordInput
        {...field}
        flex={1}
        autoComplete="new-password"
        required={field.required === true && !isKept}
        placeholder={isKept ? t('kindForm.kept') : ''}
        value={isKept ? '' : value}
        visible={visible}
        onVisibilityChange={toggle}
        visibilityToggleButtonProps={{ 'aria-label': t('kindForm.show') }}
        onChange={(event) => {
          const text = event.currentTarget.value;
          onChange(text === '' ? (wasHidden ? HIDDEN : null) : text);
        }}
      />
      {isKept && field.required !== true && (
        <Button variant="default" disabled={field.disabled === true} onClick={() => onChange(null)}>
          {t('kindForm.remove')}
        </Button>
      )}
      {canMake && (
        <Button
          variant="default"
          disabled={field.disabled === true}
          onClick={() => {
            onChange(madeSecret());
            open();
          }}
        >
          {t('kindForm.make')}
        </Button>
      )}
    </Group>
  );
}

/** As Standard Webhooks writes it. */
function madeSecret(): string {
  return `whsec_${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(OWN_BYTES))))}`;
}
