import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFirstShots } from './first-shots.ts';
import type { Look } from './follow.ts';

function lookOf(trackId: string, firstAt: number, capturedAt: number): Look {
  const shots = [{ trackId }] as unknown as Look['shots'];
  const tracks = [{ id: trackId, firstAt }] as unknown as Look['tracks'];
  return { capturedAt, width: 1, height: 1, motion: 'moving', tracks, shots };
}

test('only the first shot of a track counts, from the appearance of the face', () => {
  const told: unknown[] = [];
  const first = createFirstShots({ shotAcknowledged: (shot) => told.push(shot) }, () => 1_000);
  first.looked(lookOf('a', 100, 300));
  first.looked(lookOf('b', 500, 600));
  first.delivered({ trackId: 'a' });
  first.looked(lookOf('a', 100, 900));
  first.delivered({ trackId: 'a' });
  first.delivered({ trackId: 'of an earlier run' });
  first.delivered({ trackId: null });
  first.delivered({ trackId: 'b' });
  assert.deepEqual(told, [
    { appearedAt: 100, at: 1_000 },
    { appearedAt: 500, at: 1_000 },
  ]);
});
