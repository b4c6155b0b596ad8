// What the enrolment gate takes, warns about and refuses, and that it says why.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Box, Face, Pose, Quality } from '../domain.ts';
import type { GatePhoto } from '../gallery-port.ts';
import { judgePhoto } from './gate.ts';

const GOOD: Quality = {
  size: 1,
  sharpness: 0.9,
  light: 1,
  contrast: 1,
  pose: 1,
  occlusion: 1,
  total: 0.9,
  reason: 'sharpness',
  luminance: 120,
  eyes: 1,
  mouth: 1,
};

function face(more: { quality?: Partial<Quality>; eyes?: number; box?: Box; pose?: Partial<Pose> } = {}): Face {
  const { eyes = 60, box = [0, 0, 150, 150] } = more;
  const rest = [10, 10] as const;
  return {
    box,
    score: 0.99,
    points: [[40, 50], [40 + eyes, 50], rest, rest, rest],
    pose: { yaw: 0, pitch: 0, roll: 0, ...more.pose },
    quality: { ...GOOD, ...more.quality },
  };
}

const NOBODY = { references: 0, sameFile: false, pair: null, distance: null };
const BEN = { name: 'Ben', distance: 0.4, pair: 0.42 };

function photo(more: Partial<GatePhoto> = {}): GatePhoto {
  return {
    unreadable: null,
    faces: [face()],
    model: { metric: 'euclidean', threshold: 0.6 },
    calibration: { mode: 'calibrated', threshold: 0.5 },
    own: NOBODY,
    others: [],
    force: false,
    ...more,
  };
}

function judged(more: Partial<GatePhoto>): string {
  const { verdict, findings } = judgePhoto(photo(more));
  return [verdict, ...findings.map(({ code }) => code)].join(' ');
}

test('a good photo is taken, of a new person and of one with photos like it', () => {
  assert.deepEqual(judgePhoto(photo()), { verdict: 'accepted', findings: [] });
  const own = { references: 2, sameFile: false, pair: 0.3, distance: 0.25 };
  assert.equal(judged({ own, others: [{ ...BEN, distance: 0.7, pair: 0.8 }] }), 'accepted');
});

test('nothing to enrol is refused, whatever anybody says', () => {
  for (const force of [false, true]) {
    assert.equal(judged({ force, faces: [], unreadable: 'These bytes are no picture.' }), 'refused unreadable');
    assert.equal(judged({ force, faces: [] }), 'refused no_face');
    assert.equal(judged({ force, faces: [face(), face({ box: [200, 0, 100, 100] })] }), 'refused several_faces');
  }
  assert.equal(judged({ faces: [face({ box: [200, 0, 70, 70] }), face()] }), 'accepted', 'one is clearly meant');
});

test('a face that nobody could be found by is refused, a poor one taken with a warning that says what to do', () => {
  const cases: readonly [Parameters<typeof face>[0], string][] = [
    [{ eyes: 11 }, 'refused too_small'],
    [{ eyes: 20 }, 'warned too_small'],
    [{ eyes: 24 }, 'accepted'],
    [{ quality: { sharpness: 0.1 } }, 'refused blurred'],
    [{ quality: { sharpness: 0.3 } }, 'warned blurred'],
    [{ quality: { light: 0, luminance: 10 } }, 'refused dark'],
    [{ quality: { light: 0.3, luminance: 33 } }, 'warned dark'],
    [{ quality: { light: 0.2, luminance: 120 } }, 'warned dark'],
    [{ quality: { light: 0, luminance: 240 } }, 'refused over_exposed'],
    [{ quality: { light: 0.5, luminance: 220 } }, 'warned over_exposed'],
    [{ quality: { contrast: 0.2, luminance: 160 } }, 'warned over_exposed'],
    [{ quality: { contrast: 0.01, luminance: 90 } }, 'refused dark'],
    [{ quality: { pose: 0.2 }, pose: { yaw: -63 } }, 'refused turned_away'],
    [{ quality: { pose: 0.4 }, pose: { pitch: 53 } }, 'warned turned_away'],
    [{ quality: { occlusion: 0 } }, 'warned covered'],
    [{ quality: { occlusion: 0.6 } }, 'accepted'],
  ];
  for (const [seen, expected] of cases) {
    assert.equal(judged({ faces: [face(seen)] }), expected, JSON.stringify(seen));
    const { findings } = judgePhoto(photo({ faces: [face(seen)] }));
    for (const { message } of findings) assert.match(message, /^(The face|One side|Part of).*: use a photo .*\.$/);
  }
  const [turned] = judgePhoto(photo({ faces: [face({ quality: { pose: 0.2 }, pose: { yaw: -63 } })] })).findings;
  assert.match(turned?.message ?? '', /turned 63° to the side/);
});

test('the worst is said first, and force turns it into a warning', () => {
  const faces = [face({ eyes: 20, quality: { sharpness: 0.1 } })];
  assert.equal(judged({ faces }), 'refused blurred too_small');
  assert.equal(judged({ faces, force: true }), 'warned too_small blurred');
});

test('the same photo again is refused, for her and for somebody else, who is named', () => {
  const own = { references: 1, sameFile: false, pair: 0.02, distance: 0.01 };
  for (const force of [false, true]) {
    assert.equal(judged({ force, own: { ...own, sameFile: true } }), 'refused duplicate');
    assert.equal(judged({ force, own }), 'refused duplicate');
    assert.equal(judged({ force, others: [BEN, { name: 'Cleo', distance: 0.41, pair: 0 }] }), 'refused duplicate');
  }
  const { findings } = judgePhoto(photo({ others: [{ ...BEN, pair: 0 }] }));
  assert.match(findings[0]?.message ?? '', /enrolled for Ben/);
  assert.equal(judged({ own: { ...own, pair: 0.2 } }), 'accepted', 'two photos of one minute');
  const cosine = { metric: 'cosine', threshold: 0.4 } as const;
  assert.equal(judged({ own: { ...own, pair: 0.02 }, model: cosine }), 'accepted');
  assert.equal(judged({ own: { ...own, pair: 0.003 }, model: cosine }), 'refused duplicate');
});

test('a photo that the gallery takes for somebody else is refused; force takes twins', () => {
  const own = { references: 2, sameFile: false, pair: 0.55, distance: 0.56 };
  assert.equal(judged({ own, others: [BEN] }), 'refused closer_to_somebody_else');
  assert.equal(judged({ own: { ...own, distance: null }, others: [BEN] }), 'refused closer_to_somebody_else');
  assert.equal(judged({ own, others: [BEN], force: true }), 'warned closer_to_somebody_else');
  assert.equal(judged({ own: { ...own, distance: 0.45 }, others: [BEN] }), 'warned closer_to_somebody_else');
  assert.equal(judged({ own: { ...own, distance: 0.35 }, others: [BEN] }), 'accepted');
  assert.equal(judged({ own, others: [{ ...BEN, distance: 0.52 }] }), 'accepted', 'nobody is near enough to be named');
});

test('somebody new who looks like another is taken with a warning, not at every likeness that the fixed rule sees', () => {
  assert.equal(judged({ others: [BEN] }), 'warned closer_to_somebody_else', 'perhaps she is Ben');
  const calibration = { mode: 'fixed', threshold: 0.5 } as const;
  assert.equal(judged({ others: [BEN], calibration }), 'accepted');
  assert.equal(judged({ others: [{ ...BEN, distance: 0.3 }], calibration }), 'warned closer_to_somebody_else');
});

test('references that disagree are taken with a warning', () => {
  const own = { references: 3, sameFile: false, pair: 0.7, distance: 0.68 };
  assert.equal(judged({ own }), 'warned unlike_her_others');
  assert.match(judgePhoto(photo({ own })).findings[0]?.message ?? '', /not like any of her 3 other photos .*0\.70/);
  assert.equal(judged({ own, others: [BEN] }), 'refused closer_to_somebody_else unlike_her_others');
});
