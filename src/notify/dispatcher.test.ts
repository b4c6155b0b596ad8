// The dispatcher over a real store: order, limits, changes of messages and of channels, the end of Kith, and its sudden death.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, describe, it } from 'node:test';
// oxlint-disable-next-line no-restricted-imports -- a helper of all tests, not a stage
import { openTestStore, type TestStore } from '../../test/server-store.ts';
import type { AlertPlanner } from '../alert-port.ts';
import { ChannelError } from '../channel-port.ts';
import {
  addChannel,
  createRecorder,
  deliveriesOf,
  dispatch as open,
  statesOf,
  tellingPlanner,
  until,
} from './dispatch.test-kit.ts';
import type { Done } from './line.ts';

async function see(store: TestStore, planner: AlertPlanner, id: string): Promise<void> {
  await store.detections.add(
    { id, cameraId: 'door', trackId: null, capturedAt: Date.now(), box: null, points: null, zones: [] },
    'a'.repeat(64),
    Date.now(),
  );
  await store.classify(id, null, { alerts: planner });
}

/** Also closed where the test fails. */
function dispatch(...of: Parameters<typeof open>): ReturnType<typeof open> {
  const dispatcher = open(...of);
  after(() => dispatcher.close());
  return dispatcher;
}

const TIMEOUT = { timeout: 60_000 };

const CHILD = join(import.meta.dirname, '..', '..', 'test', 'dispatch-child.ts');

describe('the dispatcher', TIMEOUT, () => {
  it('sends in order, and one that hangs delays nobody else', async () => {
    const store = await openTestStore();
    const [good, hanging, other] = [
      await addChannel(store, 'good'),
      await addChannel(store, 'hanging'),
      await addChannel(store, 'other'),
    ];
    const planner = await tellingPlanner(store, [hanging, good, other]);
    const recorder = createRecorder();
    let under = 0;
    let most = 0;
    // It does not even listen to the signal.
    recorder.behave(hanging, {
      send: () => {
        under += 1;
        most = Math.max(most, under);
        return new Promise(() => undefined);
      },
    });
    const done: Done[] = [];
    const times = { sendMs: 50 };
    const dispatcher = dispatch(store, recorder.open, { onDone: (one) => done.push(one), times });
    const ids = Array.from({ length: 12 }, (_, i) => `d${i}`);
    for (const id of ids) await see(store, planner, id);
    const all = ids.map((id) => `sent ${id}`);
    await until(() => done.filter(({ outcome }) => outcome === 'sent').length === 2 * ids.length);
    assert.deepEqual(recorder.of(good).did, all);
    assert.deepEqual(recorder.of(other).did, all);
    assert.equal(under <= 2, true, 'it has one message under way, however many wait');
    await until(async () => (await deliveriesOf(store, hanging))[0]?.error !== null);
    const [head, ...rest] = await deliveriesOf(store, hanging);
    assert.match(head?.error ?? '', /did not answer within 0.05 s/);
    assert.equal(
      rest.every(({ attempts }) => attempts === 0),
      true,
    );
    assert.equal(recorder.of(hanging).closed >= 1, true, 'the next try goes over a new connection');
    await dispatcher.close();
  });

  it('tries again what may come right, when it is told to, and gives up what will not', async () => {
    const store = await openTestStore();
    const channel = await addChannel(store, 'moody');
    const planner = await tellingPlanner(store, [channel]);
    const recorder = createRecorder();
    const answers: (() => never)[] = [
      () => {
        throw new ChannelError('answers 503', { retry: true });
      },
      () => {
        throw new ChannelError('answers 404 at https://u:geheim@host/?token=abc', { retry: false });
      },
    ];
    recorder.behave(channel, { send: async () => answers.shift()?.() });
    const outcomes: string[] = [];
    const dispatcher = dispatch(store, recorder.open, { onDone: ({ outcome }) => outcomes.push(outcome) });
    await see(store, planner, 'd1');
    await see(store, planner, 'd2');
    await until(() => outcomes.length === 3);
    assert.deepEqual([recorder.of(channel).did, outcomes], [['sent d2'], ['retried', 'failed', 'sent']]);
    const [first] = await deliveriesOf(store, channel);
    assert.deepEqual([first?.state, first?.attempts], ['failed', 2]);
    assert.equal(first?.error, 'answers 404 at https://host/?token=***');
    await store.deliveries.retry(first?.id ?? '', Date.now());
    await until(() => outcomes.length === 4);
    await dispatcher.close();
    assert.equal(await statesOf(store, channel), 'sent sent');
  });

  it('brings messages up to date where the channel can, with what it kept of them', async () => {
    const store = await openTestStore();
    const [chat, mail] = [await addChannel(store, 'chat'), await addChannel(store, 'mail')];
    const planner = await tellingPlanner(store, [chat, mail]);
    const recorder = createRecorder();
    const receipts: unknown[] = [];
    recorder.behave(chat, {
      async edit(receipt) {
        receipts.push(receipt);
        return { changed: true };
      },
    });
    recorder.behave(mail, { edit: null });
    const dispatcher = dispatch(store, recorder.open);
    await see(store, planner, 'd1');
    const sent = async () => (await statesOf(store, chat)) === 'sent' && (await statesOf(store, mail)) === 'sent';
    await until(sent);
    const [delivery] = await deliveriesOf(store, chat);
    await store.alerts.note(delivery?.alertId ?? '', { at: Date.now(), by: 'Eva', text: 'opened the gate' });
    await until(() => recorder.of(chat).did.length === 2);
    assert.deepEqual(recorder.of(chat).did, ['sent d1', 'changed d1']);
    assert.match(recorder.of(chat).messages[1]?.outcomes.join() ?? '', /, Eva: opened the gate$/);
    assert.deepEqual(receipts, [{ of: 'd1' }]);
    await until(async () => (await deliveriesOf(store, chat))[0]?.shownVersion === 2);
    await dispatcher.close();
    assert.deepEqual((await deliveriesOf(store, chat))[0]?.receipt, { changed: true });
    assert.deepEqual(recorder.of(mail).did, ['sent d1']);
  });

  it('follows the channels: added, changed, switched off, removed', async () => {
    const store = await openTestStore();
    const recorder = createRecorder();
    const dispatcher = dispatch(store, recorder.open);
    const channel = await addChannel(store, 'chat');
    await until(() => recorder.of(channel).opened === 1);
    const changed = { ...channel, name: 'chat 2' };
    await store.channels.change(channel.id, changed);
    await until(() => recorder.of(channel).opened === 2);
    assert.equal(recorder.of(channel).closed, 1);
    await store.channels.change(channel.id, { ...changed, enabled: false });
    await until(() => recorder.of(channel).closed === 2);
    await store.channels.change(channel.id, changed);
    await until(() => recorder.of(channel).opened === 3);
    await store.channels.remove(channel.id);
    await until(() => recorder.of(channel).closed === 3);
    await dispatcher.close();
  });

  it('finishes what is under way when Kith ends, and breaks off what does not finish', async () => {
    const store = await openTestStore();
    const [slow, stuck] = [await addChannel(store, 'slow'), await addChannel(store, 'stuck')];
    const planner = await tellingPlanner(store, [slow, stuck]);
    const recorder = createRecorder();
    const begun = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const go = Promise.withResolvers<void>();
    recorder.behave(slow, {
      async send() {
        begun[0]?.resolve();
        await go.promise;
      },
    });
    recorder.behave(stuck, {
      send(_message, signal) {
        begun[1]?.resolve();
        return new Promise((_, failed) => signal.addEventListener('abort', () => failed(signal.reason as Error)));
      },
    });
    const dispatcher = dispatch(store, recorder.open, { times: { closeMs: 300 } });
    await see(store, planner, 'd1');
    await see(store, planner, 'd2');
    await Promise.all(begun.map(({ promise }) => promise));
    const closed = dispatcher.close();
    go.resolve();
    await closed;
    assert.equal(await statesOf(store, slow), 'sent queued', 'nothing new is taken');
    const [broken] = await deliveriesOf(store, stuck);
    assert.deepEqual([broken?.state, broken?.error], ['queued', 'Kith ended while it was sent.']);
    assert.deepEqual([recorder.of(slow).closed, recorder.of(stuck).closed], [1, 1]);
    // The next one takes over at once.
    recorder.behave(stuck, {});
    const next = dispatch(store, recorder.open);
    await until(() => recorder.of(stuck).did.length === 2 && recorder.of(slow).did.length === 2);
    assert.deepEqual(recorder.of(stuck).did, ['sent d1', 'sent d2']);
    await next.close();
  });

  it('has a channel sent to by one of several processes', async () => {
    const store = await openTestStore();
    const channels = [await addChannel(store, 'a'), await addChannel(store, 'b')];
    const planner = await tellingPlanner(store, channels);
    const recorder = createRecorder();
    const times = { renewMs: 50, holdMs: 200 };
    const dispatchers = [dispatch(store, recorder.open, { times }), dispatch(store, recorder.open, { times })];
    const ids = Array.from({ length: 10 }, (_, i) => `d${i}`);
    for (const id of ids) await see(store, planner, id);
    const all = () => channels.every((channel) => recorder.of(channel).did.length >= ids.length);
    await until(all);
    for (const channel of channels)
      assert.deepEqual(
        recorder.of(channel).did,
        ids.map((id) => `sent ${id}`),
      );
    // The one that stays takes over what the other one had.
    await dispatchers[0]?.close();
    await see(store, planner, 'late');
    await until(() => channels.every((channel) => recorder.of(channel).did.at(-1) === 'sent late'));
    await dispatchers[1]?.close();
  });

  it('loses nothing to kill -9, and repeats at most what was under way', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'kith-dispatch-'));
    after(() => rm(dataDir, { recursive: true, force: true }));
    const received: string[] = [];
    async function run(most: number): Promise<void> {
      const child = spawn(process.execPath, [CHILD, dataDir], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const begun = received.length;
      for await (const line of createInterface({ input: child.stdout })) {
        if (line === 'end') break;
        received.push(line);
        if (received.length - begun === most) child.kill('SIGKILL');
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
    await run(6);
    await run(Infinity);
    const ids = Array.from({ length: 15 }, (_, i) => `d${i}`);
    const [begun, ended] = ['begin ', 'end '].map((word) =>
      received.filter((line) => line.startsWith(word)).map((line) => line.slice(word.length)),
    );
    assert.deepEqual([...new Set(ended)], ids, 'all of them, in order');
    const repeated = begun?.filter((id, i) => begun.indexOf(id) < i) ?? [];
    assert.equal(repeated.length <= 1, true, `one death, repeated are ${repeated.join()}`);
  });
});
