// The field of one value that a schema describes. All forms that the panel makes out of schemas have theirs from here.

import { NumberInput, Select, Switch, TagsInput, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { PairsInput } from './pairs-input.tsx';
import { choicesOf, inputKindOf, stepOf, type Choice, type Shape } from './schema.ts';
import { SecretInput } from './secret-input.tsx';

/** What all fields take. */
export interface FieldProps {
  readonly label?: ReactNode;
  readonly description?: ReactNode;
  readonly error?: ReactNode;
  readonly disabled?: boolean;
  readonly required?: boolean;
  readonly 'aria-label'?: string;
  readonly 'aria-describedby'?: string;
}

export function SchemaInput({
  shape,
  value,
  field,
  choiceName = String,
  placeholder,
  clearable = false,
  switchLabel,
  onChange,
}: {
  readonly shape: Shape;
  readonly value: unknown;
  readonly field: FieldProps;
  readonly choiceName?: (choice: Choice) => string;
  /** While nothing is set. */
  readonly placeholder?: string;
  /** A choice may be taken back. */
  readonly clearable?: boolean;
  /** Beside a switch that has no label of its own. */
  readonly switchLabel?: string;
  /** null: nothing is set. */
  readonly onChange: (value: unknown) => void;
}) {
  const { type, minimum, maximum, maxLength, maxItems } = shape;
  const hint = placeholder !== undefined && { placeholder };
  const text = typeof value === 'string' ? value : '';
  const onText = (next: string): void => onChange(next === '' ? null : next);
  switch (inputKindOf(shape)) {
    case 'switch': {
      const { required: _, ...rest } = field;
      return (
        <Switch
          {...rest}
          {...(switchLabel !== undefined && { label: switchLabel })}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    }
    case 'choice': {
      const choices = choicesOf(shape);
      return (
        <Select
          {...field}
          {...hint}
          data={choices.map((choice) => ({ value: String(choice), label: choiceName(choice) }))}
          value={typeof value === 'string' || typeof value === 'number' ? String(value) : null}
          clearable={clearable}
          allowDeselect={clearable}
          onChange={(next) => onChange(choices.find((choice) => String(choice) === next) ?? null)}
        />
      );
    }
    case 'number':
      return (
        <NumberInput
          {...field}
          {...hint}
          value={typeof value === 'number' ? value : ''}
          allowDecimal={type === 'number'}
          step={stepOf(shape)}
          {...(minimum !== undefined && { min: minimum })}
          {...(maximum !== undefined && { max: maximum })}
          onChange={(next) => onChange(typeof next === 'number' ? next : null)}
        />
      );
    case 'list':
      return (
        <TagsInput
          {...field}
          {...hint}
          value={Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []}
          splitChars={[',', ';', ' ']}
          acceptValueOnBlur
          {...(maxItems !== undefined && { maxTags: maxItems })}
          onChange={onChange}
        />
      );
    case 'pairs':
      return <PairsInput field={field} isSecret={shape.secret === true} value={value} onChange={onChange} />;
    case 'lines':
      return (
        <Textarea
          {...field}
          {...hint}
          autosize
          minRows={2}
          maxRows={10}
          spellCheck={false}
          value={text}
          {...(maxLength !== undefined && { maxLength })}
          onChange={(event) => onText(event.currentTarget.value)}
        />
      );
    case 'secret':
      return <SecretInput field={field} shape={shape} value={text} onChange={onChange} />;
    default:
      return (
        <TextInput
          {...field}
          {...hint}
          value={text}
          {...(maxLength !== undefined && { maxLength })}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => onText(event.currentTarget.value)}
        />
      );
  }
}
