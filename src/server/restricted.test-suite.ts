// For tests of callers who may see some cameras only: a house with two cameras, and what each has seen.

import assert from 'node:assert/strict';
import { shot } from './house.test-suite.ts';
import { DETECTIONS, openIdentityHouse } from './identity.test-suite.ts';

/** Ada was seen at the door (a1) and at the gate (g1), a stranger at each (d1, g2). */
export async function openDoorAndGate() {
  const all = await openIdentityHouse();
  const { store, inject, seen } = all;
  await store.cameras.put('gate', 'Gate');
  const ada = await store.makePerson('Ada');
  const atGate = async (id: string, person: typeof ada | null) => {
    const meta = { id, camera: 'gate', capturedAt: '2026-02-01T12:00:00.000Z' };
    const { status, text } = await inject({ method: 'POST', url: DETECTIONS, form: shot(meta, `picture of ${id}`) });
    assert.equal(status, 201, text);
    return store.classify(id, person, { keepReference: person === null });
  };
  const [a1] = await seen(ada, 'a1');
  const [d1] = await seen(null, 'd1');
  const g1 = await atGate('g1', ada);
  const g2 = await atGate('g2', null);
  assert.ok(a1 && d1);
  return { ...all, ada, a1, d1, g1, g2 };
}
