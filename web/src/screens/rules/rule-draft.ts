// A rule while it is edited.

import type { Schemas } from '../../api/client.ts';

export type RuleEvent = Schemas['Rule']['on'][number];
/** All of it, as the API takes it. */
export type RuleGiven = Omit<Schemas['Rule'], 'id' | 'createdAt' | 'version'>;

export const EVENTS = [
  'unknown',
  'known',
  'ambiguous',
  'ignored',
  'absent',
  'offline',
] as const satisfies readonly RuleEvent[];

export const NEW_RULE: RuleGiven = {
  name: '',
  enabled: false,
  on: ['unknown'],
  persons: [],
  groups: [],
  cameras: [],
  zones: [],
  afterS: null,
  hours: null,
  cooldownS: 300,
  gatherS: 0,
  channels: [],
  actions: [],
};

const AFTER_S = 3600;

export function givenOf({ id: _id, createdAt: _at, version: _version, ...given }: Schemas['Rule']): RuleGiven {
  return given;
}

/** Whether it names people. */
export function hasWhom({ on }: Pick<RuleGiven, 'on'>): boolean {
  return on.some((event) => event === 'known' || event === 'ignored' || event === 'absent');
}

/** Whether it waits. */
export function hasAfter({ on }: Pick<RuleGiven, 'on'>): boolean {
  return on.some((event) => event === 'absent' || event === 'offline');
}

/** What makes no sense for what it is about is not sent. */
export function sentOf(rule: RuleGiven): RuleGiven {
  const whom = hasWhom(rule) ? {} : { persons: [], groups: [] };
  const waits = hasAfter(rule) ? { zones: [], afterS: rule.afterS ?? AFTER_S } : { afterS: null };
  return { ...rule, name: rule.name.trim(), ...whom, ...waits };
}

export function withEvents(rule: RuleGiven, on: readonly string[]): RuleGiven {
  const next = { ...rule, on: EVENTS.filter((event) => on.includes(event)) };
  return { ...next, afterS: hasAfter(next) ? (rule.afterS ?? AFTER_S) : rule.afterS };
}
