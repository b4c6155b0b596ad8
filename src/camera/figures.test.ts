import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GRID } from '../camera-port.ts';
import type { Box, Face, Quality } from '../domain.ts';
import { createFigures } from './figures.ts';
import type { Look } from './follow.ts';
import { faceAt } from './test-kit.ts';
import type { Track } from './tracker.ts';
import type { SeenFace } from './shots.ts';

const NOON = Date.parse('2026-03-01T12:00:00Z');

interface Somebody {
  readonly id?: string;
  readonly box?: Box;
  readonly quality?: Partial<Quality>;
  readonly state?: Track<SeenFace>['state'];
}

function lookAt(at: number, people: readonly Somebody[] = [], motion: Look['motion'] = 'moving'): Look {
  const tracks = people.map(({ id = 'a', box = [0, 0, 100, 90], quality, state = 'confirmed' }) => {
    const whole = faceAt(box, 0.9);
    const face: Face = { ...whole, quality: { ...whole.quality, ...quality } };
    const seen = { box, score: 0.9, face, zones: [] };
    return { id, state, firstAt: at, seenAt: at, confirmedAt: at, hits: 2, seen };
  });
  return { capturedAt: at, width: 1600, height: 900, motion, tracks, shots: [] };
}

test('faces of confirmed tracks count, with their place, their size and why they are not usable', () => {
  const figures = createFigures(() => NOON);
  figures.look(
    lookAt(NOON, [
      { id: 'good', box: [0, 0, 100, 90] },
      { id: 'away', box: [1550, 850, 40, 60], quality: { pose: 0.2 } },
      { id: 'blurred', box: [750, 400, 100, 100], quality: { sharpness: 0.1 } },
      { id: 'dark', quality: { total: 0.1, reason: 'light' } },
      { id: 'doubtful', state: 'tentative' },
    ]),
    NOON + 40,
  );
  const [day] = figures.days();
  assert.ok(day);
  assert.equal(day.day, '2026-03-01');
  assert.equal(day.faces, 4);
  assert.equal(day.usable, 1);
  assert.deepEqual(day.unusable, { size: 0, sharpness: 1, light: 1, contrast: 0, pose: 1, occlusion: 0 });
  assert.equal(day.facesAt[0], 2);
  assert.equal(day.usableAt[0], 1);
  assert.equal(day.facesAt[GRID.columns * GRID.rows - 1], 1);
  assert.equal(day.facesAt[4 * GRID.columns + 8], 1);
  assert.deepEqual(day.sizes, [0, 0, 0, 1, 0, 3, 0, 0, 0]);
  assert.deepEqual(day.lookDelay.slice(0, 2), [1, 0]);
  assert.deepEqual([day.width, day.height], [1600, 900]);
});

test('a track counts once, and as usable from its first usable face', () => {
  const figures = createFigures(() => NOON);
  figures.look(lookAt(NOON, [{ id: 'a', quality: { pose: 0 } }]), NOON);
  assert.equal(figures.days()[0]?.usableTracks, 0);
  figures.look(lookAt(NOON + 100, [{ id: 'a' }]), NOON);
  figures.look(lookAt(NOON + 200, [], 'still'), NOON);
  figures.look(lookAt(NOON + 300, [{ id: 'a' }, { id: 'b', quality: { pose: 0 } }]), NOON);
  const [day] = figures.days();
  assert.deepEqual([day?.faces, day?.tracks, day?.usableTracks, day?.looks], [4, 2, 1, 3]);
});

test('time counts while frames come, not while the source is away', () => {
  const figures = createFigures(() => NOON);
  for (const ms of [0, 500, 1_000, 60_000, 60_500, 61_000]) figures.arrived(NOON + ms);
  // The clock steps back: no time is lost or won.
  figures.arrived(NOON - 5_000);
  const [day] = figures.days();
  // Neither the one after the pause nor the one of the other clock, as no time was counted for them.
  assert.deepEqual([day?.seconds, day?.decoded], [2, 5]);
});

test('midnight UTC begins a new day, and three days are told at most', () => {
  let now = NOON;
  const figures = createFigures(() => now);
  for (let day = 0; day < 5; day++) {
    for (let frame = 0; frame < 10 + day; frame++) figures.arrived(now);
    now += 24 * 3_600_000;
  }
  assert.deepEqual(
    figures.days().map(({ day, decoded }) => [day, decoded]),
    [
      ['2026-03-03', 11],
      ['2026-03-04', 12],
      ['2026-03-05', 13],
    ],
  );
});

test('a day of a wrong clock does not push out today', () => {
  let now = Date.parse('2099-01-01T00:00:00Z');
  const figures = createFigures(() => now);
  const saw = (): void => figures.look(lookAt(now), now);
  saw();
  for (now = NOON; now <= NOON + 2 * 24 * 3_600_000; now += 24 * 3_600_000) saw();
  assert.deepEqual(
    figures.days().map(({ day }) => day),
    ['2026-03-01', '2026-03-02', '2026-03-03'],
  );
});

test('delays: of the search, and from the face to the acknowledged shot', () => {
  const figures = createFigures(() => NOON);
  figures.look(lookAt(NOON), NOON + 250);
  // Faster than recorded: a frame of the future says nothing about the delay.
  figures.look(lookAt(NOON + 9_000), NOON);
  figures.shotAcknowledged({ appearedAt: NOON, at: NOON + 650 });
  figures.shotAcknowledged({ appearedAt: NOON, at: NOON + 60_000 });
  const [day] = figures.days();
  assert.deepEqual(day?.lookDelay, [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual(day?.shotDelay, [0, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
});

test('what is handed out does not change afterwards', () => {
  const figures = createFigures(() => NOON);
  figures.arrived(NOON);
  const [before] = figures.days();
  figures.arrived(NOON);
  assert.equal(before?.decoded, 1);
});
