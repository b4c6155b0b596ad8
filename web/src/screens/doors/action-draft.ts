// A door or an action while it is edited, and what is sent of it.

import { firstValues, type ObjectShape, type Values } from '../../parts/schema.ts';
import { policyBody, type Action, type Policy } from './door-data.ts';

export interface Draft {
  readonly name: string;
  readonly kind: Action['kind'];
  readonly enabled: boolean;
  readonly settings: Values;
  /** Kept while it is no door, in case it becomes one again. */
  readonly policy: Policy;
  readonly isDoor: boolean;
}

export interface Kind {
  readonly kind: Action['kind'];
  readonly title: string;
  readonly description: string;
  readonly fileOnly: boolean;
  readonly settings: object;
}

/** As access-schema.ts has the defaults. */
const FIRST_POLICY: Policy = {
  groups: [],
  cameras: [],
  hours: null,
  sure: 'certain',
  shots: 2,
  quality: 0.4,
  freshS: 10,
};

export function shapeOf({ settings }: Kind): ObjectShape {
  return settings;
}

/** There are channels of the same names, which have other words. */
export function asWords<K extends Pick<Kind, 'kind'>>(kind: K): Omit<K, 'kind'> & { readonly kind: string } {
  return { ...kind, kind: `action_${kind.kind}` };
}

export function draftOf(action: Action | null, kinds: readonly Kind[]): Draft {
  if (action) {
    const { name, kind, enabled, settings, access } = action;
    return { name, kind, enabled, settings: settings ?? {}, policy: access ?? FIRST_POLICY, isDoor: access !== null };
  }
  const first = kinds.find(({ fileOnly }) => !fileOnly);
  if (!first) throw new Error('The server knows no kind of action.');
  return {
    name: '',
    kind: first.kind,
    enabled: true,
    settings: firstValues(shapeOf(first)),
    policy: FIRST_POLICY,
    isDoor: true,
  };
}

export function bodyOf({ name, kind, enabled, settings, policy, isDoor }: Draft) {
  return { name: name.trim(), kind, enabled, settings: { ...settings }, access: isDoor ? policyBody(policy) : null };
}

/** Whether a policy can be asked anything. */
export function isWhole({ groups, cameras }: Policy): boolean {
  return groups.length > 0 && cameras.length > 0;
}
