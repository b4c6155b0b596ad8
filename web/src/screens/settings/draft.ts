// What somebody is about to save, beside what is set.

import type { Schemas } from '../../api/client.ts';
import { textOr } from '../../parts/said.ts';
import { inputKindOf, type Shape } from '../../parts/schema.ts';

export type Setting = Schemas['Setting'];
/** New values by key; null: back to the default. */
export type Draft = Readonly<Record<string, unknown>>;

export function shapeOf({ schema }: Setting): Shape {
  return schema;
}

export function titleOf(setting: Setting): string {
  return textOr(`settings.names.${setting.key}.title`, shapeOf(setting).title ?? setting.key);
}

export function descriptionOf(setting: Setting): string {
  return textOr(`settings.names.${setting.key}.description`, shapeOf(setting).description ?? '');
}

export function choiceName(key: string, choice: string): string {
  return textOr(`settings.choices.${key}.${choice}`, choice);
}

/** As people read it; null where nothing is set. */
export function valueText(setting: Setting, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return textOr(`settings.${value ? 'on' : 'off'}`, String(value));
  if (typeof value !== 'string') return JSON.stringify(value);
  return inputKindOf(shapeOf(setting)) === 'choice' ? choiceName(setting.key, value) : value;
}

/** What the file would say, defaults included: what the field shows. */
export function shownOf(setting: Setting, draft: Draft): unknown {
  if (setting.lockedBy !== null) return setting.value;
  const said = setting.key in draft ? draft[setting.key] : setting.inFile;
  return said ?? shapeOf(setting).default ?? null;
}

/** The draft with a new value; a value that the file has already is no change. */
export function changed(draft: Draft, setting: Setting, value: unknown): Draft {
  const { [setting.key]: _before, ...others } = draft;
  return same(value, setting.inFile) ? others : { ...others, [setting.key]: value };
}

export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
