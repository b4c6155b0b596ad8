// What the tests of identities share.

import assert from 'node:assert/strict';
import type { Store } from '../store-port.ts';
import { GAP_MS, HUMAN, MODEL, settleOne, sighting, SYSTEM } from './test-data.test-suite.ts';

export const asHuman = { actor: HUMAN, visitGapMs: GAP_MS };
export const asSystem = { actor: SYSTEM, visitGapMs: GAP_MS };
export const moving = { ...asHuman, action: 'move', model: MODEL } as const;
export const regrouping = { ...asSystem, action: 'regroup', model: MODEL } as const;

/** A new unknown person with one detection. */
export async function stranger(store: Store, id: string, at = 1000): Promise<string> {
  return (await settleOne(store, sighting(id, at), null)).personId ?? '';
}

export async function owner(store: Store, id: string): Promise<unknown[]> {
  const row = await store.detections.get(id);
  return [row?.personId, row?.decision, row?.decidedBy];
}

export async function galleryOf(store: Store, personId: string): Promise<number> {
  const whole = (await store.references.entries(MODEL)).entries.filter((entry) => entry.personId === personId);
  const own = await store.references.entriesOf(MODEL, { personIds: [personId] });
  assert.equal(whole.length, own.length);
  return own.length;
}
