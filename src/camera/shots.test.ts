import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Box, Face } from '../domain.ts';
import { rasterFrame } from './frame.ts';
import { createShotChooser, placed, type SeenFace, type Shot, type ShotOptions } from './shots.ts';
import { faceAt, squaresRaster } from './test-kit.ts';
import type { Track } from './tracker.ts';
import { scoreOf } from './worth.ts';

const frame = rasterFrame(squaresRaster(400, 300, []), 0);
const BOX: Box = [100, 100, 60, 80];
const LEAST = { minQuality: 0.1, minFacePx: 32 };

interface Glance {
  readonly at: number;
  /** `quality.total`; everything else is fine. */
  readonly quality: number;
  readonly eyes?: number;
  readonly mouth?: number;
  readonly score?: number;
  readonly box?: Box;
  readonly zones?: readonly string[];
  /** Nothing moved. */
  readonly still?: boolean;
}

function faceOf({ quality: total, eyes = 1, mouth = 1, score = 0.95, box = BOX }: Glance): Face {
  const face = faceAt(box, 1, score);
  return { ...face, quality: { ...face.quality, total, eyes, mouth } };
}

/** What is sent of one track, and when; believed at its second look as the tracker does. */
async function play(
  glances: readonly Glance[],
  options: Partial<ShotOptions> = {},
  believedAt = 2,
): Promise<{ sent: [at: number, shot: Shot][]; last: readonly Shot[] }> {
  const chooser = createShotChooser({ ...LEAST, ...options });
  const sent: [number, Shot][] = [];
  // Frames before it, so that their pace is known.
  const pace = (glances[1]?.at ?? 1) - (glances[0]?.at ?? 0);
  for (const before of [2, 1]) chooser.wait((glances[0]?.at ?? 0) - before * pace);
  let hits = 0;
  for (const glance of glances) {
    if (!glance.still) hits++;
    const state = hits >= believedAt ? 'confirmed' : 'tentative';
    const { zones = [] } = glance;
    const track = trackOf(faceOf(glance), glances[0]?.at ?? 0, glance.at, state, hits, zones);
    const shots = glance.still ? chooser.wait(glance.at) : await chooser.offer([track], frame, glance.at);
    for (const shot of shots) sent.push([glance.at, shot]);
  }
  return { sent, last: chooser.end(['t']) };
}

function trackOf(
  face: Face,
  firstAt: number,
  at: number,
  state: Track<SeenFace>['state'] = 'confirmed',
  hits = 2,
  zones: readonly string[] = [],
): Track<SeenFace> {
  const confirmedAt = state === 'confirmed' ? firstAt : null;
  const seen = { box: face.box, score: face.score, face, zones };
  return { id: 't', state, firstAt, seenAt: at, confirmedAt, hits, seen };
}

/** One look every `ms`. */
function every(ms: number, qualities: readonly number[], more: Partial<Glance> = {}): Glance[] {
  return qualities.map((quality, i) => ({ at: 10_000 + i * ms, quality, ...more }));
}

const same = (quality: number, times: number): number[] => Array.from({ length: times }, () => quality);

for (const [pace, ms] of Object.entries({ '4 a second': 250, '8': 125, '12': 83, '25': 40, 'slow, 2.5': 400 })) {
  test(`the first usable look is sent within half a second of the face's appearance: ${pace}`, async () => {
    const { sent, last } = await play(every(ms, [0.3, 0.4, ...same(0.35, 30)]));
    const [at, shot] = sent[0] ?? [Infinity, undefined];
    assert.ok(at - 10_000 <= 450, `sent after ${at - 10_000} ms`);
    assert.equal(shot?.capturedAt, 10_000 + ms, 'the best of those');
    assert.deepEqual([shot.appearedAt, shot.first, shot.trackId], [10_000, true, 't']);
    assert.deepEqual([sent.length, last.length], [1, 0]);
  });
}

test('a second look that came late is sent at once', async () => {
  const { sent } = await play([{ at: 0, quality: 0.4 }, { at: 125, quality: 0 }, ...every(500, [0.4])], {}, 3);
  assert.deepEqual(
    sent.map(([at]) => at),
    [10_000],
  );
});

test('a very good look does not wait', async () => {
  assert.equal((await play(every(40, same(0.95, 5)))).sent[0]?.[0], 10_040);
});

test('where looks take longer than a door can wait, a sure face is sent at first sight; a doubtful one is not', async () => {
  assert.equal((await play(every(700, same(0.4, 4)))).sent[0]?.[0], 10_000);
  assert.equal((await play(every(700, same(0.4, 4), { score: 0.7 }))).sent[0]?.[0], 10_700);
  // One hiccup is no slow camera.
  const chooser = createShotChooser(LEAST);
  for (const at of [0, 100, 200, 900]) chooser.wait(at);
  const face = faceOf({ at: 900, quality: 0.4 });
  assert.equal((await chooser.offer([trackOf(face, 900, 900, 'tentative', 1)], frame, 900)).length, 0);
});

test('who keeps still after the first looks does not wait longer', async () => {
  const glances = every(125, same(0.4, 8)).map((glance, i) => ({ ...glance, still: i > 1 }));
  const { sent } = await play(glances);
  assert.equal(sent.length, 1);
  assert.ok((sent[0]?.[0] ?? Infinity) - 10_000 <= 450);
});

test('a poor look waits for a usable one, but not for ever, and is given in the end', async () => {
  const { sent } = await play([...every(125, same(0.12, 8)), { at: 11_000, quality: 0.5 }]);
  assert.deepEqual(
    sent.map(([at, shot]) => [at, shot.capturedAt]),
    [[11_000, 11_000]],
  );
  const poor = await play(every(125, [0.11, 0.13, ...same(0.12, 40)]));
  assert.deepEqual([poor.sent.length, poor.last.length], [1, 0]);
  assert.equal(poor.sent[0]?.[1].capturedAt, 10_125);
  assert.ok((poor.sent[0]?.[0] ?? 0) - 10_000 <= 2_000);
  const short = await play(every(125, same(0.12, 5)));
  assert.deepEqual([short.sent.length, short.last.length], [0, 1]);
  // A face in profile is no use however sharp it is.
  const face = faceOf({ at: 0, quality: 0.4 });
  const profile: Face = { ...face, quality: { ...face.quality, pose: 0.2 } };
  const chooser = createShotChooser(LEAST);
  for (const at of [0, 125, 250, 375, 500]) {
    assert.deepEqual(await chooser.offer([trackOf(profile, 0, at)], frame, at), []);
  }
});

test('a usable look after a poor one was sent goes at once', async () => {
  const { sent } = await play([...every(125, same(0.14, 18)), { at: 12_250, quality: 0.16 }]);
  assert.deepEqual(
    sent.map(([, shot]) => [shot.capturedAt, shot.first]),
    [
      [10_000, true],
      [12_250, false],
    ],
  );
});

test('looks under the set limits are never sent, not even in the end', async () => {
  assert.deepEqual(await play(every(100, same(0.05, 40))), { sent: [], last: [] });
  assert.deepEqual(await play(every(100, same(0.9, 40), { box: [100, 100, 20, 28] })), { sent: [], last: [] });
});

test('later ones must be clearly better, are spaced and bounded; the best one is given in the end', async () => {
  const climbing = Array.from({ length: 600 }, (_, i) => 0.2 + i * 0.0013);
  const { sent, last } = await play(every(100, climbing));
  assert.equal(sent.length, 3);
  assert.ok(sent.every(([at], i) => i === 0 || at - (sent[i - 1]?.[0] ?? 0) >= 1_500));
  assert.ok(sent.every(([, shot], i) => i === 0 || shot.score > 1.2 * (sent[i - 1]?.[1].score ?? 1)));
  assert.deepEqual(
    last.map((shot) => shot.capturedAt),
    [10_000 + 599 * 100],
  );
  const level = await play(every(100, [...same(0.5, 5), ...same(0.52, 100)]));
  assert.deepEqual([level.sent.length, level.last.length], [1, 0]);
});

test('who stays for long gives a further one after minutes, if it is clearly better', async () => {
  const steps = [...same(0.2, 30), ...same(0.32, 30), ...same(0.5, 30), ...same(0.5, 1_000), ...same(0.9, 2_000)];
  const { sent, last } = await play(every(100, steps));
  assert.equal(sent.length, 4);
  const [, , third, fourth] = sent;
  assert.equal((fourth?.[0] ?? 0) - (third?.[0] ?? 0), 180_000);
  assert.equal(last.length, 0);
});

test('a track that ends before its first shot was due still gives it, one that was never believed does not', async () => {
  assert.equal((await play(every(100, same(0.4, 2)))).last.length, 1);
  assert.deepEqual(await play(every(100, [0.9]), {}), { sent: [], last: [] });
});

function glanceIn(zones: readonly string[], i: number, quality = 0.8): Glance {
  return { at: 10_000 + i * 200, quality, zones };
}

test('a shot tells the zones of its track so far, and one that is entered gives a shot of its own', async () => {
  const { sent, last } = await play([
    ...[0, 1, 2].map((i) => glanceIn([], i)),
    // Too poor to be sent: the next one tells of it.
    glanceIn(['till'], 3, 0.01),
    glanceIn(['till'], 4, 0.5),
    glanceIn(['till'], 5, 0.5),
    glanceIn([], 6, 0.5),
    glanceIn(['door', 'till'], 7, 0.3),
  ]);
  assert.deepEqual(
    sent.map(([at, { zones, first }]) => [at, zones, first]),
    [
      [10_200, [], true],
      [10_800, ['till'], false],
      [11_400, ['till', 'door'], false],
    ],
  );
  assert.deepEqual(last, []);
  const many = Array.from({ length: 40 }, (_, i) => `zone ${i}`);
  const { sent: bounded } = await play([0, 1, 2].map((i) => glanceIn(many, i)));
  assert.equal(bounded[0]?.[1].zones.length, 20, 'no more than the back end takes');
});

test('a clock that is set back keeps nobody waiting', async () => {
  const back = [10_000, 10_125, 4_000, 4_125].map((at) => ({ at, quality: 0.4 }));
  assert.equal((await play(back)).sent[0]?.[0], 4_000);
});

test('of equal looks the one with open eyes is chosen, measured by the person herself', async () => {
  const blinking = every(100, same(0.5, 6)).map((glance, i) => ({ ...glance, eyes: i === 3 ? 0.8 : 0.45 }));
  assert.equal((await play(blinking)).sent[0]?.[1].capturedAt, 10_300);
  // Eyes that are narrow when they are open cost nothing.
  const narrow = await play(every(100, same(0.5, 6), { eyes: 0.45 }));
  assert.equal(narrow.sent[0]?.[1].score, (await play(every(100, same(0.5, 6)))).sent[0]?.[1].score);
  // Shut in all looks so far: sent in time, and again when they open.
  const late = every(100, same(0.5, 40)).map((glance, i) => ({ ...glance, eyes: i < 20 ? 0.05 : 0.9 }));
  const { sent } = await play(late);
  assert.deepEqual(
    sent.map(([, shot]) => shot.capturedAt),
    [10_000, 12_000],
  );
});

test('a hand before the mouth, or a smaller face, is the worse look', () => {
  const plain = faceOf({ at: 0, quality: 0.5 });
  assert.ok(scoreOf(faceOf({ at: 0, quality: 0.5, mouth: 0 })) < 0.8 * scoreOf(plain));
  assert.ok(scoreOf(faceOf({ at: 0, quality: 0.5, box: [0, 0, 160, 160] })) > scoreOf(plain));
});

async function cut(box: Box, picture = frame): Promise<Shot | undefined> {
  const face = faceOf({ at: 0, quality: 0.95, box });
  return (await createShotChooser(LEAST).offer([trackOf(face, 0, 0)], picture, 0))[0];
}

test('the crop holds the face with margin, its box and points point into the posted picture', async () => {
  const white = rasterFrame(squaresRaster(1_600, 1_200, [[600, 300, 400, 500]]), 0);
  const shot = await cut([600, 300, 400, 500], white);
  assert.ok(shot);
  // Twice the longer side around the centre (800, 550), of the full picture.
  assert.deepEqual([shot.picture.width, shot.picture.height], [1_000, 1_000]);
  assert.deepEqual(shot.box, [300, 250, 400, 500]);
  assert.equal(shot.picture.data[(250 * 1_000 + 300) * 3], 255);
  assert.equal(shot.picture.data[(249 * 1_000 + 300) * 3], 0);
  const { box, points } = placed(shot, 0.64);
  assert.deepEqual(box, [192, 160, 256, 320]);
  assert.deepEqual(points[2], [320, 352]);
  // At the edges of the picture (400 × 300) what lies outside is left away.
  const corner = await cut([-20, -10, 60, 80]);
  assert.deepEqual(corner?.box, [-20, -10, 60, 80]);
  assert.deepEqual([corner?.picture.width, corner?.picture.height], [90, 110]);
  const other = await cut([350, 240, 60, 80]);
  assert.deepEqual(other?.box, [50, 40, 60, 80]);
  assert.deepEqual([other?.picture.width, other?.picture.height], [100, 100]);
});
