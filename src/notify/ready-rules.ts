// Rules with the people whom they name as these are now: whoever was merged is meant as who she is.

import type { Rule } from '../alert-port.ts';
import type { Store } from '../store-port.ts';
import { readyRule, type ReadyRule } from './rule-match.ts';

export interface ReadyRules {
  readonly rules: readonly ReadyRule[];
  /** Whom they name, then and now. */
  readonly named: ReadonlySet<string>;
}

export async function readyRules(store: Pick<Store, 'persons'>, rules: readonly Rule[]): Promise<ReadyRules> {
  const now = new Map<string, string>();
  for (const id of new Set(rules.flatMap((rule) => rule.persons))) now.set(id, await nowOf(store, id));
  return { rules: rules.map((rule) => readyRule(rule, now)), named: new Set([...now.keys(), ...now.values()]) };
}

async function nowOf({ persons }: Pick<Store, 'persons'>, id: string): Promise<string> {
  const passed = new Set<string>();
  let now = id;
  while (!passed.has(now)) {
    passed.add(now);
    now = (await persons.get(now))?.mergedInto ?? now;
  }
  return now;
}
