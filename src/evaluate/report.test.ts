// The report's figures on galleries whose right answers are known.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crowd, DAY, house, NOW, type Somebody } from './report-kit.test-suite.ts';
import { often } from './report-traffic.ts';
import { makeReport } from './report.ts';

/** No figure may be something that is no number: JSON would make null of it. */
function assertSound(value: unknown, path = 'report'): void {
  if (typeof value === 'number') assert.ok(Number.isFinite(value), `${path} is ${value}`);
  else if (typeof value === 'string') assert.doesNotMatch(value, /NaN|Infinity|undefined/, path);
  else if (value !== null && typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) assertSound(inner, `${path}.${key}`);
  }
}

test('people who are far apart are all found, no stranger gets a name, and that is green', async () => {
  const report = await makeReport(house(crowd(60, 3), { target: 100 }));
  assertSound(report);
  assert.equal(report.known.photos, 180);
  assert.equal(report.known.named?.value, 1);
  assert.equal(report.strangers.falseNames?.events, 0);
  assert.equal(report.strangers.falseNames?.trials, 180);
  assert.equal(report.verdict.level, 'green');
  assert.match(report.verdict.headline, /^It works: 100 of 100/);
  assert.equal(report.inForce.fmr?.events, 0);
  assert.equal(report.confusable.length, 20);
  assert.ok(report.confusable.every(({ underThreshold }) => !underThreshold));
  assert.deepEqual(report.weak, { total: 0, persons: [] });
  for (const shares of [report.histogram.same, report.histogram.different, report.histogram.nearestOther]) {
    assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-9);
  }
  // Along the curve false matches only grow and misses only shrink.
  for (const [i, point] of report.curve.entries()) {
    const before = report.curve[i - 1];
    if (!before) continue;
    assert.ok((point.fmr?.value ?? 0) >= (before.fmr?.value ?? 0));
    assert.ok((point.fnmr?.value ?? 0) <= (before.fnmr?.value ?? 0));
    assert.ok((point.fpir?.value ?? 0) >= (before.fpir?.value ?? 0));
  }
});

test('a threshold that is far too high is red, and says how often strangers get a name', async () => {
  const report = await makeReport(house(crowd(60, 3), { threshold: 5, target: 1000 }));
  assert.equal(report.strangers.falseNames?.value, 1);
  assert.equal(report.inForce.fmr?.value, 1);
  assert.equal(report.inForce.fnmr?.value, 0);
  assert.equal(report.verdict.level, 'red');
  assert.match(report.verdict.headline, /100 of 100 strangers get somebody's name/);
});

for (const count of [150, 400]) {
  test(`the rates of ${count} people are those of trying everything by hand${count > 256 ? ', from a weighted sample of the comparisons' : ''}`, async () => {
    const people = crowd(count, 2, { between: 0.6, within: 0.3 });
    const threshold = 0.52;
    const report = await makeReport(house(people, { threshold }));
    let [matches, comparisons, misses] = [0, 0, 0];
    for (const person of people) {
      for (const photo of person.photos) {
        for (const other of people) {
          const others = other.photos.filter((candidate) => candidate !== photo);
          const nearest = Math.min(...others.map(({ vector }) => distance(photo.vector, vector)));
          if (other === person) {
            if (nearest >= threshold) misses++;
          } else {
            comparisons++;
            if (nearest < threshold) matches++;
          }
        }
      }
    }
    const fmr = report.inForce.fmr;
    assert.equal(fmr?.trials, comparisons);
    assert.ok(fmr.low <= matches / comparisons && matches / comparisons <= fmr.high);
    if (count <= 256) assert.equal(fmr.events, matches);
    assert.ok(Math.abs(fmr.value - matches / comparisons) < 0.1 * (matches / comparisons));
    assert.equal(report.inForce.fnmr?.events, misses);
  });
}

test('a large gallery is sampled, with the same photos every time, and says so', async () => {
  const parts = { ...house(crowd(300, 3)), mostTrials: 200 };
  const steps: [number, number][] = [];
  const report = await makeReport({ ...parts, progress: (done, total) => steps.push([done, total]) });
  assert.equal(report.sample.checked, 200);
  assert.match(report.sample.note, /^200 of 900 photos were tried, chosen at random/);
  assert.deepEqual(await makeReport(parts), report);
  assert.deepEqual(steps.at(-1), [800, 800]);
});

test('a server is not held: the event loop turns while the report is made', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await makeReport(house(crowd(150, 3)));
  clearInterval(timer);
  assert.ok(turns > 3);
});

test('two persons with the same photo may be one, a photo of somebody else is named, and photos that all disagree', async () => {
  const people = crowd(40, 3);
  const [ada, bea, cleo] = people;
  const strange = crowd(4, 1, { between: 3, seed: 9 });
  assert.ok(ada && bea && cleo);
  const wrong = { vector: (ada.photos[0]?.vector ?? new Float32Array(32)).map((value) => value + 0.01) };
  people[1] = { ...bea, photos: [...bea.photos, wrong] };
  people[2] = { ...cleo, photos: strange.slice(0, 3).flatMap(({ photos }) => photos) };
  const report = await makeReport(house(people));
  assertSound(report);
  const [pair] = report.confusable;
  assert.deepEqual(new Set([pair?.a.name, pair?.b.name]), new Set(['Person 0', 'Person 1']));
  assert.ok(pair?.underThreshold);
  const of = (name: string) => report.weak.persons.find(({ person }) => person.name === name)?.reasons;
  const closer = of('Person 1')?.find(({ code }) => code === 'closer_to_somebody_else');
  assert.match(closer?.message ?? '', /^Photo 4 of 4 is closer to Person 0, 0\.\d\d \(/);
  assert.deepEqual(closer?.references, ['p1r3']);
  assert.equal(of('Person 2')?.[0]?.code, 'photos_disagree');
  assert.equal(report.verdict.level, 'yellow');
  assert.match(report.verdict.headline, /some people are hard to tell apart/);
});

test('photos that are poor, too few or missing are said, with their reasons', async () => {
  const people: Somebody[] = crowd(6, 2);
  const [one, two, three] = people;
  assert.ok(one && two && three);
  people[0] = { ...one, photos: one.photos.map((photo) => ({ ...photo, warnings: ['blurred', 'dark'] })) };
  people[1] = { ...two, photos: two.photos.slice(0, 1) };
  people[2] = { ...three, photos: [] };
  const { weak, counts } = await makeReport(house(people));
  assert.deepEqual(
    weak.persons.map(({ person, reasons }) => [person.name, reasons.map(({ code }) => code)]),
    [
      ['Person 2', ['no_references']],
      ['Person 0', ['poor_photos']],
      ['Person 1', ['one_reference']],
    ],
  );
  assert.match(weak.persons[1]?.reasons[0]?.message ?? '', /photo 1 of 2 \(blurred, dark\)/);
  assert.equal(counts.withoutReferences, 1);
  assert.equal(counts.withOneReference, 1);
});

test('near ties are nobody: they count as missed, not as a wrong name', async () => {
  const people = crowd(30, 3);
  const report = await makeReport(house(people, { threshold: 5, margin: 5 }));
  assert.equal(report.known.ambiguous?.value, 1);
  assert.equal(report.known.somebodyElse?.value, 0);
  assert.equal(report.strangers.falseNames?.value, 0);
});

test('an unknown person who is nearer than she herself is a miss, and the pair is shown', async () => {
  const people = crowd(20, 2);
  const [ada] = people;
  assert.ok(ada);
  people.push({ name: 'Unknown 7', kind: 'unknown', photos: ada.photos });
  const report = await makeReport(house(people));
  assert.equal(report.known.somebodyElse?.events, 2);
  const [pair] = report.confusable;
  assert.equal(pair?.b.name, 'Unknown 7');
  // She is no stranger's false name.
  assert.equal(report.strangers.falseNames?.events, 0);
});

test('empty, one person, only one photo each, nobody with photos: a sensible report each time', async () => {
  const one = crowd(1, 3);
  for (const [people, level, headline] of [
    [[], 'yellow', /Nobody is enrolled yet/],
    [one, 'yellow', /One person is enrolled/],
    [crowd(10, 1), 'yellow', /Everybody has only one photo/],
    [crowd(3, 0), 'red', /Nobody can be recognised/],
    [crowd(3, 2), 'yellow', /Too few people to judge \(3 with 6 photos\)/],
  ] as const) {
    const report = await makeReport(house(people));
    assertSound(report);
    assert.equal(report.verdict.level, level);
    assert.match(report.verdict.headline, headline);
    assert.match(report.traffic.summary, /No stranger was seen/);
  }
});

test('groups: figures with intervals, "too few" below ten persons, differences only where intervals do not overlap', async () => {
  const near = crowd(60, 3, { between: 0.45, within: 0.1, seed: 3 }).map((person, i) => ({
    ...person,
    attributes: { site: 'north', badge: `b${i}`, hair: i % 2 === 0 ? 'dark' : 'fair' },
  }));
  const far = crowd(60, 3, { between: 3, within: 0.1, seed: 4 }).map((person, i) => ({
    ...person,
    name: `Far ${i}`,
    attributes: { site: i < 5 ? 'attic' : 'south', badge: `c${i}` },
  }));
  const report = await makeReport(house([...near, ...far], { threshold: 0.45 }));
  assertSound(report);
  assert.deepEqual(
    report.groups.map(({ attribute }) => attribute),
    ['badge', 'hair', 'site'],
  );
  const [badge, hair, site] = report.groups;
  assert.equal(badge?.values.length, 12);
  assert.equal(badge.moreValues, 108);
  assert.ok(
    badge.values.every(({ fmr, fnmr, tooFew }) => fmr === null && fnmr === null && /too few/.test(tooFew ?? '')),
  );
  assert.deepEqual(hair?.differences, []);
  assert.equal(hair.withoutValue, 60);
  assert.match(site?.values.find(({ value }) => value === 'attic')?.tooFew ?? '', /too few: 5 persons, 10 are needed/);
  const [north] = site?.values ?? [];
  assert.ok(north?.fmr && north.fmr.low > 0 && north.fmr.low < north.fmr.value && north.fmr.value < north.fmr.high);
  assert.deepEqual(site?.differences, [
    'Two people of "north" are taken for each other measurably more often than two of "south".',
  ]);
});

test('false names per week: strangers in the log times the measured rate, in words; or that there is too little traffic', async () => {
  const people = crowd(60, 2, { between: 0.7, within: 0.1 });
  const detections = [1, 1, 2].map((track, i) => ({
    id: `d${i}`,
    cameraId: 'door',
    trackId: `t${track}`,
    decision: 'unidentified' as const,
    capturedAt: NOW - DAY,
  }));
  const busy = await makeReport(house(people, { threshold: 0.5, visits: visits(1000, 28), detections }));
  assertSound(busy);
  const [week, month] = busy.traffic.windows;
  assert.equal(week?.visits, 200);
  assert.equal(week.unidentified, 2);
  assert.equal(month?.visits, 800);
  assert.ok(Math.abs((week.perWeek ?? 0) - 202) < 1);
  const rate = busy.strangers.falseNames?.value ?? 0;
  assert.ok(rate > 0 && rate < 1);
  assert.ok(Math.abs((week.falseNamesPerWeek?.value ?? 0) - rate * (week.perWeek ?? 0)) < 1e-9);
  assert.match(
    busy.traffic.summary,
    /^About .* at the traffic of the last week, about 202 sightings of strangers a week/,
  );

  const quiet = await makeReport(house(people, { visits: visits(10, 28) }));
  assert.equal(quiet.traffic.windows[0]?.falseNamesPerWeek, null);
  assert.match(quiet.traffic.summary, /^Too little traffic .* 8 sightings of strangers in the last four weeks/);

  const young = await makeReport(house(people, { threshold: 0.5, visits: visits(100, 2) }));
  assert.match(young.traffic.summary, /the log covers 2\.0 days of it/);
  assert.ok(Math.abs((young.traffic.windows[0]?.perWeek ?? 0) - 280) < 5);

  assert.equal(often(0.05), 'one false name in 20 weeks');
  assert.equal(often(1), 'one false name a week');
  assert.equal(often(12.4), '12 false names a week');
  assert.equal(often(0.33), 'one false name in 3 weeks');
  assert.equal(often(0.001), 'one false name in ten years or more');
});

function distance(a: Float32Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, x, i) => sum + (x - (b[i] ?? 0)) ** 2, 0));
}

/** Evenly over the last days, every fifth of somebody known. */
function visits(count: number, days: number) {
  return Array.from({ length: count }, (_, i) => ({
    personKind: i % 5 === 0 ? ('known' as const) : ('unknown' as const),
    lastAt: NOW - ((i + 0.5) * days * DAY) / count,
  }));
}
