// Settings of things that come in kinds, channels and actions: checked by the schema of the kind, secrets masked on their way out and
// restored when they come back.

import type { TObject } from 'typebox';
import { KithError } from './errors.ts';
import { HIDDEN } from './secrets.ts';
import { validate } from './validate.ts';

export type Settings = Readonly<Record<string, unknown>>;

/** Keywords of our own in the schemas of settings, beside title, description, default. */
export interface KindSettingKeywords {
  /** Leaves the server as "***" only; "***" that comes back keeps what is stored. On the top level: a string, or an object of strings. */
  readonly secret?: boolean;
  /** Where the secrets are sent to: while it is changed none is restored, or whoever may change settings could read them elsewhere. */
  readonly place?: boolean;
  /** Of several lines, for the form. */
  readonly lines?: boolean;
}

/** What a kind says of itself: what it is called, and which settings it takes. */
export interface KindEntry<Kind extends string> {
  readonly kind: Kind;
  readonly title: string;
  /** One or two sentences: what it is for, what one needs. */
  readonly description: string;
  /** An object without further keys. */
  readonly settings: TObject;
  /** What the schema cannot say. Throws KithError `invalid`. */
  check?(settings: Settings): void;
}

/** Defaults filled in, secrets that came back masked restored from what is `stored`. KithError `invalid` names the key. */
export function checkedSettings(entry: KindEntry<string>, given: Settings, stored: Settings | null): Settings {
  const settings = validate(entry.settings, restored(entry, given, stored), 'settings') as Settings;
  entry.check?.(settings);
  return settings;
}

/** As they leave the server. */
export function maskSecrets(entry: KindEntry<string>, settings: Settings): Settings {
  const secrets = keysWith(entry, 'secret');
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [key, secrets.has(key) ? masked(value) : value]),
  );
}

function masked(value: unknown): unknown {
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, masked(one)]));
  return value === '' ? value : HIDDEN;
}

function restored(entry: KindEntry<string>, given: Settings, stored: Settings | null): Settings {
  const secrets = keysWith(entry, 'secret');
  const isMoved = [...keysWith(entry, 'place')].some((key) => stored !== null && given[key] !== stored[key]);
  const restore = (key: string, value: unknown, kept: unknown): unknown => {
    if (isRecord(value)) {
      const were = isRecord(kept) ? kept : {};
      return Object.fromEntries(
        Object.entries(value).map(([name, one]) => [name, restore(`${key}.${name}`, one, were[name])]),
      );
    }
    if (value !== HIDDEN) return value;
    if (kept === undefined) {
      throw new KithError('invalid', `settings: "${key}" is ${HIDDEN}, but nothing is stored yet: write it out.`);
    }
    if (isMoved) {
      throw new KithError(
        'invalid',
        `settings: "${key}" is ${HIDDEN}, but it would go to another place: write it out.`,
      );
    }
    return kept;
  };
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => [key, secrets.has(key) ? restore(key, value, stored?.[key]) : value]),
  );
}

function keysWith({ settings }: KindEntry<string>, keyword: 'secret' | 'place'): ReadonlySet<string> {
  const entries = Object.entries(settings.properties as Record<string, KindSettingKeywords>);
  return new Set(entries.filter(([, keywords]) => keywords[keyword] === true).map(([key]) => key));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
