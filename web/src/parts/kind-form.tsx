// The form for the settings of a kind of channel or action, made out of the schema that the server gives with the kind.

import { Box, MultiSelect, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { textOr } from './said.ts';
import { SchemaInput, type FieldProps } from './schema-input.tsx';
import { HIDDEN, keyOfProblem, type ObjectShape, type Shape, type Values } from './schema.ts';

export interface Option {
  readonly value: string;
  readonly label: string;
}

export function KindForm({
  kind,
  schema,
  values,
  stored,
  problem,
  disabled = false,
  options = {},
  onChange,
}: {
  readonly kind: string;
  readonly schema: ObjectShape;
  /** What the form shows; begin with `firstValues(schema)` or with what is stored. A key that is not set is not there. */
  readonly values: Values;
  /** As it came from the server; null for a new one. */
  readonly stored: Values | null;
  /** Why the server refused: shown at the field that it names. See `isAtField`. */
  readonly problem: string | null;
  readonly disabled?: boolean;
  /** For lists of ids: what there is to choose from, by key. */
  readonly options?: Readonly<Record<string, readonly Option[]>>;
  readonly onChange: (values: Values) => void;
}) {
  const { t } = useTranslation();
  const { properties = {}, required = [] } = schema;
  const wrong = problem === null ? null : keyOfProblem(problem, Object.keys(properties));
  const isMoved =
    stored !== null &&
    Object.entries(properties).some(([key, one]) => one.place === true && values[key] !== stored[key]);

  function put(key: string, value: unknown): void {
    const { [key]: _before, ...others } = values;
    onChange(value === null || value === undefined ? others : { ...others, [key]: value });
  }

  return (
    <Stack gap="md">
      {Object.entries(properties).map(([key, shape]) => {
        // A secret that is kept does not follow to another place.
        const mustBeWritten = isMoved && shape.secret === true && values[key] === HIDDEN;
        const field: FieldProps = {
          label: titleOf(kind, key, shape),
          description: descriptionOf(kind, key, shape),
          error: wrong === key ? problem : mustBeWritten ? t('kindForm.moved') : null,
          required: required.includes(key) && shape.default === undefined,
          disabled,
        };
        const given = options[key];
        return (
          <Box key={key} data-setting={key}>
            {given ? (
              <MultiSelect
                {...field}
                data={[...given]}
                searchable
                clearable
                value={Array.isArray(values[key]) ? (values[key] as string[]) : []}
                onChange={(next) => put(key, next)}
              />
            ) : (
              <SchemaInput
                shape={shape}
                value={values[key]}
                field={field}
                choiceName={(choice) =>
                  textOr(`kinds.${kind}.${key}.choice_${choice}`, anyOr(`${key}.choice_${choice}`, String(choice)))
                }
                clearable={!required.includes(key)}
                onChange={(value) => put(key, value)}
              />
            )}
          </Box>
        );
      })}
    </Stack>
  );
}

/** Whether a field of the form shows it; else the caller has to. */
export function isAtField(problem: string, { properties = {} }: ObjectShape): boolean {
  return keyOfProblem(problem, Object.keys(properties)) !== null;
}

/** A kind in words; one that is newer than the texts has the server's own. */
export function kindTitle({ kind, title }: { readonly kind: string; readonly title: string }): string {
  return textOr(`kinds.${kind}.title`, title);
}

export function kindDescription({
  kind,
  description,
}: {
  readonly kind: string;
  readonly description: string;
}): string {
  return textOr(`kinds.${kind}.description`, description);
}

function titleOf(kind: string, key: string, { title }: Shape): string {
  return textOr(`kinds.${kind}.${key}.title`, anyOr(`${key}.title`, title ?? key));
}

function descriptionOf(kind: string, key: string, { description }: Shape): string {
  return textOr(`kinds.${kind}.${key}.description`, anyOr(`${key}.description`, description ?? ''));
}

/** Words that several kinds share. */
function anyOr(path: string, otherwise: string): string {
  return textOr(`kinds.any.${path}`, otherwise);
}
