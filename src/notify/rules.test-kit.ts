// Rules and sightings for tests.

import type { Calendar, Rule, Seen } from '../alert-port.ts';
import { RULE } from '../rule.test-kit.ts';

export const UTC: Calendar = { timeZone: 'UTC', holidays: [] };
/** A Wednesday. */
export const NOON = Date.UTC(2024, 4, 15, 12);

export function ruleOf(more: Partial<Rule> = {}): Rule {
  return { ...RULE, id: 'rule', name: 'Rule', createdAt: 0, version: 1, ...more };
}

type Person = NonNullable<Seen['person']>;

export function personOf(id: string, more: Partial<Person> = {}): Person {
  return { id, kind: 'known', ignored: false, groups: [], ...more };
}

export const STRANGER = personOf('unknown-17', { kind: 'unknown' });

/** Somebody at the door at noon. */
export function seenOf(person: Person | null, more: Partial<Seen> = {}): Seen {
  return {
    detectionId: 'd',
    cameraId: 'door',
    trackId: 't',
    capturedAt: NOON,
    zones: [],
    decision: person?.kind ?? 'ambiguous',
    quality: 0.8,
    distance: 0.3,
    person,
    visit: person && { id: `visit of ${person.id}`, detections: 1 },
    ...more,
  };
}
