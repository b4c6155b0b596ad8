import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Match } from '../domain.ts';
import type { TrackShot } from '../store-port.ts';
import { decideTrack, type Find } from './track.ts';

const probe = { vector: Float32Array.of(1), weight: 0.8 };
const shot = (id: string, more: Partial<TrackShot> = {}): TrackShot => ({
  id,
  personId: null,
  personKind: null,
  decision: 'unidentified',
  decidedBy: 'system',
  quality: 0.5,
  vector: Float32Array.of(2),
  notPersonIds: [],
  ...more,
});
const anna = { personId: 'anna', personKind: 'known', decision: 'known' } as const;
const made = { personId: 'u1', personKind: 'unknown', decision: 'new' } as const;

/** Everybody by distance, under 0.3 she is meant; remembers what was asked. */
function finder(distances: Readonly<Record<string, number>>) {
  const asked: { weights: number[]; except: string[] }[] = [];
  const find: Find = (given, except) => {
    const probes = given instanceof Float32Array ? [] : given;
    asked.push({ weights: probes.map(({ weight }) => weight), except: [...(except ?? [])] });
    const [nearest = null, runnerUp = null] = Object.entries(distances)
      .filter(([id]) => !except?.has(id))
      .map(([personId, distance]) => ({ personId, referenceId: 'r', distance }))
      .toSorted((a, b) => a.distance - b.distance);
    const near = nearest !== null && nearest.distance < 0.3;
    const decision = near ? (nearest.personId.startsWith('u') ? 'unknown' : 'known') : 'new';
    const match: Match = { decision, nearest, runnerUp, margin: null, threshold: 0.3 };
    return { match, galleryVersion: 7 };
  };
  return { find, asked };
}

test('all shots are searched together, each with its quality', () => {
  const { find, asked } = finder({ anna: 0.2 });
  const { meant, galleryVersion } = decideTrack(find, probe, [shot('d1'), shot('d2', { quality: 0.1 })]);
  assert.deepEqual(meant, { id: 'anna', kind: 'known' });
  assert.equal(galleryVersion, 7);
  assert.deepEqual(asked[0]?.weights, [0.8, 0.5, 0.1]);
});

test('a stranger made of this very track does not find herself, and goes when somebody is recognised', () => {
  const { find } = finder({ u1: 0, anna: 0.25 });
  const decision = decideTrack(find, probe, [shot('d1', made)]);
  assert.deepEqual([decision.meant, decision.alsoIds], [{ id: 'anna', kind: 'known' }, ['d1']]);
  const nobody = finder({ u1: 0, anna: 0.5 });
  assert.deepEqual(decideTrack(nobody.find, probe, [shot('d1', made)]).meant, { id: 'u1', kind: 'unknown' });
});

test('a person stays while the shots together are still near, and is taken back when they are not', () => {
  const near = decideTrack(finder({ anna: 0.32 }).find, probe, [shot('d1', anna)]);
  assert.deepEqual([near.meant, near.alsoIds], [{ id: 'anna', kind: 'known' }, []]);
  const far = decideTrack(finder({ anna: 0.4 }).find, probe, [shot('d1', anna)]);
  assert.deepEqual([far.meant, far.alsoIds], ['nobody', ['d1']]);
});

test('what a human said of a shot holds for its track: who she is, and who she is not', () => {
  const { find } = finder({ anna: 0.1, bea: 0.2 });
  const said = shot('d1', { personId: 'bea', personKind: 'known', decision: 'known', decidedBy: 'human' });
  assert.deepEqual(decideTrack(find, probe, [said, shot('d2', anna)]), {
    ...decideTrack(find, probe, [said, shot('d2', anna)]),
    meant: { id: 'bea', kind: 'known' },
    alsoIds: ['d2'],
  });
  const notHer = finder({ anna: 0.1, bea: 0.2 });
  assert.deepEqual(decideTrack(notHer.find, probe, [shot('d1', { notPersonIds: ['anna'] })]).meant, {
    id: 'bea',
    kind: 'known',
  });
  const all = notHer.asked.flatMap(({ except }) => except);
  assert.ok(all.length > 0 && all.every((id) => id === 'anna'));
});

test('shots that a human decided never change hands', () => {
  const { find } = finder({ anna: 0.1 });
  const nobodySaid = shot('d1', { decidedBy: 'human' });
  assert.deepEqual(decideTrack(find, probe, [nobodySaid, shot('d2')]).alsoIds, ['d2']);
});
