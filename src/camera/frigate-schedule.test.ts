import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bestFrame, eventMessage } from './frigate-kit.ts';
import { readMessage, type FrigateMessage } from './frigate-message.ts';
import { createSchedule, LAST_TRIES, type Job, type Outcome } from './frigate-schedule.ts';

const ID = '1700000000.000001-abc123';

function message(type: 'new' | 'update' | 'end', time: number, more: Record<string, unknown> = {}): FrigateMessage {
  const value = eventMessage(type, ID, { frame_time: time, ...bestFrame(time), ...more });
  const read = readMessage(Buffer.from(JSON.stringify(value)));
  assert.ok(read);
  return read;
}

/** Does all that is due until `until`, and answers what was fetched when. */
function work(
  schedule: ReturnType<typeof createSchedule>,
  from: number,
  until: number,
  outcome: (job: Job) => Outcome = () => 'picture',
): { at: number; job: Job }[] {
  const done: { at: number; job: Job }[] = [];
  for (let now = from; now <= until; now += 100) {
    for (let job = schedule.next(now); job; job = schedule.next(now)) {
      done.push({ at: now, job });
      schedule.settle(job, job.known ? 'nothing' : outcome(job), now);
      assert.ok(done.length < 100, 'it never ends');
    }
  }
  return done;
}

test('the first picture is fetched at once, better ones with a distance, and only so many', () => {
  const schedule = createSchedule();
  const done: { at: number; job: Job }[] = [];
  for (let now = 0; now < 30_000; now += 200) {
    schedule.note(message(now === 0 ? 'new' : 'update', 100 + now / 1000), now);
    done.push(...work(schedule, now, now));
  }
  assert.equal(done[0]?.at, 0);
  assert.equal(done.length, 6);
  for (const [index, { at }] of done.entries()) assert.ok(index === 0 || at - (done[index - 1]?.at ?? 0) >= 1_500);
  schedule.note(message('end', 131), 30_000);
  const last = work(schedule, 30_000, 31_000);
  assert.deepEqual(
    last.map(({ job }) => [job.last, job.wanted.time]),
    [['ended', 131]],
  );
  assert.equal(schedule.next(40_000), null);
});

test('the same frame is not fetched twice, unless Frigate finds a face in a later one', () => {
  const schedule = createSchedule();
  schedule.note(message('new', 100), 0);
  assert.equal(work(schedule, 0, 0).length, 1);
  for (let i = 1; i <= 10; i++) schedule.note(message('update', 100 + i, bestFrame(100)), i * 1_000);
  assert.deepEqual(work(schedule, 1_000, 11_000), []);
  const face = { ...bestFrame(100), current_attributes: [{ label: 'face', box: [1, 1, 9, 9] }] };
  schedule.note(message('update', 120, face), 20_000);
  assert.deepEqual(
    work(schedule, 20_000, 30_000).map(({ job }) => job.wanted.time),
    [120],
  );
});

function messageIn(time: number, zones: readonly string[]): FrigateMessage {
  return message(time === 100 ? 'new' : 'update', time, { ...bestFrame(100), entered_zones: zones });
}

test('a zone that it enters is worth a picture', () => {
  const schedule = createSchedule();
  schedule.note(messageIn(100, []), 0);
  assert.deepEqual(work(schedule, 0, 0).length, 1);
  schedule.note(messageIn(110, []), 10_000);
  assert.equal(work(schedule, 10_000, 12_000).length, 0);
  schedule.note(messageIn(120, ['till']), 20_000);
  assert.deepEqual(
    work(schedule, 20_000, 24_000).map(({ job }) => [job.wanted.time, job.zones]),
    [[120, ['till']]],
  );
});

test('duplicates and messages that come too late change nothing', () => {
  const schedule = createSchedule();
  assert.equal(schedule.note(message('new', 100), 0), true);
  assert.equal(work(schedule, 0, 0).length, 1);
  assert.equal(schedule.note(message('new', 100), 10), false);
  assert.equal(schedule.note(message('update', 99), 20), false);
  assert.equal(schedule.note(message('end', 101), 30), true);
  assert.equal(schedule.note(message('end', 101), 40), false);
  assert.equal(schedule.note(message('update', 102), 50), false);
  assert.equal(work(schedule, 50, 1_000).length, 1);
  for (const type of ['new', 'update', 'end'] as const) assert.equal(schedule.note(message(type, 103), 2_000), false);
  assert.equal(schedule.next(100_000), null);
  assert.ok(schedule.knows(ID));
});

test('an event whose beginning was missed, or that is over in one message, gives one picture', () => {
  for (const type of ['update', 'end'] as const) {
    const schedule = createSchedule();
    schedule.note(message(type, 100), 0);
    assert.deepEqual(
      work(schedule, 0, 5_000).map(({ job }) => job.last),
      [type === 'end' ? 'ended' : 'no'],
    );
  }
  const schedule = createSchedule();
  assert.equal(schedule.note(message('new', 100, { false_positive: true }), 0), false);
});

test('the last picture is waited for while the recording is written, and not for ever', () => {
  const schedule = createSchedule();
  schedule.note(message('new', 100), 0);
  work(schedule, 0, 0);
  schedule.note(message('end', 104, bestFrame(100)), 4_000);
  const tries = work(schedule, 4_000, 100_000, () => 'later');
  assert.equal(tries.length, LAST_TRIES);
  assert.ok(tries.every(({ job }) => job.smaller && !job.known));
  assert.ok((tries.at(-1)?.at ?? 0) < 30_000);
  assert.equal(schedule.dueAt(), Infinity);
});

test('a picture that could not be fetched is tried again; an event of which nothing is heard counts as over', () => {
  const schedule = createSchedule();
  schedule.note(message('new', 100), 0);
  const tries = work(schedule, 0, 60_000, () => 'nothing');
  assert.equal(tries.length, 6);
  assert.equal(schedule.dueAt(), 600_000);
  assert.deepEqual(
    work(schedule, 600_000, 600_000).map(({ job }) => [job.last, job.known]),
    [['idle', true]],
  );
});
