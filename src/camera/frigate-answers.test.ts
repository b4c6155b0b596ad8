import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { openAnswers } from './frigate-answers.ts';
import { eventId } from './frigate-kit.ts';

type Reply = { result: 'done' | 'later' | 'refused'; why: string };

function openDesk(replies: Reply[]) {
  const sent: string[] = [];
  const problems: string[] = [];
  const answers = openAnswers({
    api: {
      subLabel: (event, camera, name) => {
        sent.push(`${camera}/${event} ${name}`);
        return Promise.resolve(replies.shift() ?? { result: 'done', why: '' });
      },
    },
    publish: () => undefined,
    camera: 'door',
    knows: () => false,
    onProblem: (message) => problems.push(message),
    signal: new AbortController().signal,
    waitsMs: [5, 5],
  });
  const say = (track: string, name: string): void =>
    answers.take({ detection: 'd1', track, decision: 'known', person: { id: 'p', name, kind: 'known' } });
  const settled = async (count: number): Promise<void> => {
    for (const deadline = Date.now() + 10_000; sent.length < count; await sleep(5)) assert.ok(Date.now() < deadline);
    await sleep(30);
  };
  return { sent, problems, say, settled };
}

test('an event that Frigate does not know yet gets its name later', async () => {
  const later: Reply = { result: 'later', why: 'it answers with status 404' };
  const { sent, problems, say, settled } = openDesk([later, later]);
  const id = eventId();
  say(id, 'Anna');
  await settled(3);
  assert.deepEqual(
    sent,
    Array.from({ length: 3 }, () => `door/${id} Anna`),
  );
  assert.deepEqual(problems, []);
});

test('after some tries it is given up, and said once', async () => {
  const later: Reply = { result: 'later', why: 'it answers with status 404' };
  const { sent, problems, say, settled } = openDesk(Array.from({ length: 10 }, () => later));
  say(eventId(), 'Anna');
  say(eventId(), 'Anna');
  await settled(6);
  assert.equal(sent.length, 6);
  assert.equal(problems.length, 1);
});

test('a name that changes while the first one is under way is the last one that is sent', async () => {
  const { sent, say, settled } = openDesk([]);
  const id = eventId();
  say(id, 'Anna');
  say(id, 'Bea');
  say(id, 'x'.repeat(150));
  await settled(2);
  assert.deepEqual(sent, [`door/${id} Anna`, `door/${id} ${'x'.repeat(100)}`]);
});
