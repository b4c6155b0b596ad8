// Cameras: kept settings, whose place it is, what programs report, what others hear of it, figures per day.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { emptyDay } from '../camera-figures.ts';
import type { CameraReport } from '../camera-port.ts';
import { KeptSettingsSchema } from '../camera-settings.ts';
import { SILENT_MS } from '../camera-store-port.ts';
import type { Store } from '../store-port.ts';
import { validate } from '../validate.ts';
import { fails } from './conformance-people.test-suite.ts';
import type { UseStore } from './conformance.test-suite.ts';

const AT = Date.UTC(2026, 5, 15, 12);
const ONE = '11111111-1111-4111-8111-111111111111';
const TWO = '22222222-2222-4222-8222-222222222222';
const COUNTS = {
  frames: 9,
  analysed: 8,
  still: 1,
  dropped: 0,
  faces: 3,
  tracks: 2,
  shots: 2,
  delivered: 1,
  refused: 0,
  waiting: 1,
  lost: 0,
};

const settings = (source: string) => validate(KeptSettingsSchema, { source }, 'settings');

function report(more: Partial<CameraReport> = {}): CameraReport {
  return {
    program: ONE,
    state: 'running',
    reason: null,
    source: 'rtsp://host/stream',
    settingsVersion: null,
    memoryMegabytes: 120,
    counts: COUNTS,
    days: [],
    ...more,
  };
}

/** What others hear of cameras from now on. */
async function hearing(store: Store): Promise<() => Promise<string[]>> {
  let last = await store.changes.last();
  return async () => {
    const changes = await store.changes.since(last, 100, 'camera');
    last = changes.at(-1)?.seq ?? last;
    return changes.map(({ entity, action, id }) => `${entity} ${action} ${id}`);
  };
}

export function testCameras(use: UseStore): void {
  describe('cameras and their programs', () => {
    it('keeps settings, counts their versions and says what has changed, and only that', () =>
      use(async (store) => {
        const heard = await hearing(store);
        const made = await store.cameras.put('door', 'Door');
        assert.deepEqual(
          [made.settings, made.version, made.runsHere, made.said, made.report],
          [null, 0, true, null, null],
        );
        const kept = settings('rtsp://user:p%40ss@host/stream');
        const set = await store.cameras.put('door', 'Door', { settings: kept, runsHere: false });
        assert.deepEqual([set.settings, set.version, set.runsHere], [kept, 1, false]);
        assert.deepEqual(await store.cameras.put('door', 'Door', { settings: kept }), set);
        assert.deepEqual(await store.cameras.put('door', 'Door'), set, 'settings that are left out stay');
        assert.deepEqual(await heard(), ['camera add door', 'camera change door']);
        const renamed = await store.cameras.put('door', 'Front', { settings: settings('rtsp://host/other') });
        assert.deepEqual([renamed.name, renamed.version], ['Front', 2]);
        const without = await store.cameras.put('door', 'Front', { settings: null });
        assert.deepEqual([without.settings, without.version], [null, 3]);
        assert.deepEqual(await store.cameras.get('door'), without);
        await store.cameras.remove('door');
        await store.cameras.remove('door');
        assert.deepEqual(await heard(), ['camera change door', 'camera change door', 'camera remove door']);
      }));

    it('tells of a change of state, not of every report', () =>
      use(async (store) => {
        await store.cameras.put('door', 'Door');
        const heard = await hearing(store);
        await store.cameras.report('door', report({ state: 'connecting' }), AT);
        for (let i = 1; i <= 5; i++) {
          const counts = { ...COUNTS, frames: i };
          const camera = await store.cameras.report('door', report({ counts }), AT + i * 5_000);
          assert.deepEqual([camera.said?.since, camera.said?.at], [AT + 5_000, AT + i * 5_000]);
          assert.deepEqual([camera.report?.counts.frames, camera.lastSeenAt], [i, AT + i * 5_000]);
        }
        assert.deepEqual(await heard(), ['camera change door', 'camera change door']);
        const camera = await store.cameras.report(
          'door',
          report({ state: 'retrying', reason: 'No route.' }),
          AT + 30_000,
        );
        assert.deepEqual([camera.said?.state, camera.said?.reason], ['retrying', 'No route.']);
        assert.deepEqual(await heard(), ['camera change door']);
        assert.deepEqual(await store.cameras.get('door'), camera);
        assert.deepEqual(await store.cameras.list(), [camera]);
      }));

    it('hears one program at a time, and the next one once the first has gone, ended or fallen silent', () =>
      use(async (store) => {
        const { cameras } = store;
        await cameras.put('door', 'Door');
        await cameras.put('yard', 'Yard');
        const taken = fails(
          'conflict',
          /^Another program runs as camera "door": stop it, or give this one another id\.$/,
        );
        await cameras.claim('door', ONE, AT);
        await cameras.claim('door', ONE, AT + 1);
        await cameras.claim('yard', TWO, AT);
        await assert.rejects(cameras.claim('door', TWO, AT + 1_000), taken);
        await assert.rejects(cameras.report('door', report({ program: TWO }), AT + 1_000), taken);
        await cameras.report('door', report(), AT + 20_000);
        await assert.rejects(cameras.claim('door', TWO, AT + SILENT_MS + 1), taken);
        await cameras.leave('door', TWO);
        await assert.rejects(cameras.claim('door', TWO, AT + SILENT_MS + 1), taken);
        await cameras.leave('door', ONE);
        await cameras.claim('door', TWO, AT + SILENT_MS + 1);
        await assert.rejects(cameras.report('door', report(), AT + SILENT_MS + 2), taken);
        const later = AT + 2 * SILENT_MS + 1;
        await cameras.report('door', report(), later);
        await cameras.report('door', report({ state: 'ended' }), later + 1);
        await cameras.claim('door', TWO, later + 2);
        for (const act of [cameras.claim('x', ONE, AT), cameras.report('x', report(), AT)]) {
          await assert.rejects(act, fails('not_found'));
        }
        // The clock was set back by a year.
        await cameras.claim('door', ONE, AT - 365 * 86_400_000);
      }));

    it('gives the places of programs back that were connected to a Kith which is gone', () =>
      use(async (store) => {
        await store.cameras.put('yard', 'Yard');
        const hall = { id: 'hall', name: 'Hall', settings: {} };
        await store.cameras.fix('one', [hall]);
        for (const id of ['yard', 'hall']) await store.cameras.claim(id, ONE, AT);
        await assert.rejects(store.cameras.claim('hall', TWO, AT + 1_000), fails('conflict'));
        await store.cameras.fix('other', []);
        await assert.rejects(store.cameras.claim('hall', TWO, AT + 1_000), fails('conflict'));
        await store.cameras.fix('one', [hall]);
        await store.cameras.claim('hall', TWO, AT + 1_000);
        await assert.rejects(store.cameras.claim('yard', TWO, AT + 1_000), fails('conflict'));
        await store.cameras.freeAll();
        await store.cameras.claim('yard', TWO, AT + 1_000);
        assert.equal(await store.cameras.say('hall', { state: 'starting', reason: null, restarts: 0 }, AT), true);
      }));

    it('lets only one of two programs in that come at once', () =>
      use(async (store) => {
        await store.cameras.put('door', 'Door');
        const came = await Promise.allSettled([ONE, TWO].map((program) => store.cameras.claim('door', program, AT)));
        assert.deepEqual(came.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
      }));

    it('believes a supervisor only while no program is there', () =>
      use(async (store) => {
        const { cameras } = store;
        await cameras.put('door', 'Door');
        const heard = await hearing(store);
        const restarting = { state: 'restarting', reason: 'It died.', restarts: 1 } as const;
        assert.equal(await cameras.say('door', restarting, AT), true);
        assert.equal(await cameras.say('door', restarting, AT + 10_000), true);
        const said = (await cameras.get('door'))?.said;
        assert.deepEqual(said, { ...restarting, since: AT, at: AT + 10_000 });
        assert.equal((await cameras.get('door'))?.lastSeenAt, null, 'the camera itself was not heard');
        await cameras.report('door', report(), AT + 11_000);
        assert.equal(await cameras.say('door', { ...restarting, restarts: 2 }, AT + 12_000), false);
        const now = (await cameras.get('door'))?.said;
        assert.deepEqual([now?.state, now?.restarts], ['running', 1]);
        assert.equal((await heard()).length, 2);
        await cameras.leave('door', ONE);
        assert.equal(await cameras.say('door', restarting, AT + 12_000), true);
        await assert.rejects(cameras.say('x', restarting, AT), fails('not_found'));
      }));

    it('calls those offline that have fallen silent, once, but none that has ended', () =>
      use(async (store) => {
        const { cameras } = store;
        for (const id of ['door', 'film', 'new']) await cameras.put(id, id);
        await cameras.report('door', report(), AT);
        await cameras.report('film', report({ state: 'ended' }), AT);
        const heard = await hearing(store);
        await cameras.sweep(AT + SILENT_MS - 1);
        assert.equal((await cameras.get('door'))?.said?.state, 'running');
        await cameras.sweep(AT + SILENT_MS);
        await cameras.sweep(AT + SILENT_MS + 1);
        const door = await cameras.get('door');
        assert.deepEqual([door?.said?.state, door?.said?.since], ['offline', AT + SILENT_MS]);
        assert.match(door?.said?.reason ?? '', /has said nothing for 30 s/);
        assert.deepEqual(door?.report?.counts, COUNTS, 'what it said last stays');
        assert.equal((await cameras.get('film'))?.said?.state, 'ended');
        assert.equal((await cameras.get('new'))?.said, null);
        assert.deepEqual(await heard(), ['camera change door']);
      }));

    it('knows which cameras are set in a kith.json, and keeps what the API set for them', () =>
      use(async (store) => {
        const { cameras } = store;
        const kept = settings('rtsp://host/kept');
        await cameras.put('door', 'Door', { settings: kept });
        const heard = await hearing(store);
        const fixed = { source: 'v4l2:/dev/video0' };
        const both = ['door', 'yard'].map((id) => ({ id, name: id, settings: fixed }));
        await cameras.fix('home', both);
        await cameras.fix('elsewhere', []);
        const door = await cameras.get('door');
        assert.deepEqual([door?.name, door?.fixed, door?.settings], ['door', { by: 'home', settings: fixed }, kept]);
        assert.deepEqual(await heard(), ['camera change door', 'camera add yard']);
        await cameras.fix('home', both);
        assert.deepEqual(await heard(), []);
        const refused = fails('conflict', /is set in kith\.json/);
        await assert.rejects(cameras.put('door', 'Door', { settings: settings('rtsp://host/new') }), refused);
        assert.equal((await cameras.put('door', 'Portal')).name, 'Portal');
        await cameras.report('yard', report(), AT);
        await assert.rejects(cameras.remove('yard', AT + 1), refused);
        await cameras.fix('home', both.slice(1));
        assert.deepEqual([(await cameras.get('door'))?.fixed, (await cameras.get('door'))?.settings], [null, kept]);
        // Its kith.json is gone for good: nobody could take it out there.
        await cameras.remove('yard', AT + SILENT_MS);
        assert.equal(await cameras.get('yard'), null);
      }));

    it('sums the days of several programs, replaces what one said before, and forgets them with the camera', () =>
      use(async (store) => {
        const { cameras } = store;
        await cameras.put('door', 'Door');
        const day = (name: string, faces: number) => ({
          ...emptyDay(name),
          faces,
          seconds: 10,
          width: 640,
          height: 360,
        });
        const send = (program: string, at: number, ...days: ReturnType<typeof day>[]) =>
          cameras.report('door', report({ program, days }), at);
        await send(ONE, AT, day('2026-06-14', 5), day('2026-06-15', 1));
        await send(ONE, AT + 5_000, day('2026-06-15', 3));
        await send(TWO, AT + 2 * SILENT_MS, day('2026-06-15', 10));
        const read = async (range = {}) => (await cameras.days('door', range)).map(({ day, faces }) => [day, faces]);
        assert.deepEqual(await read(), [
          ['2026-06-15', 13],
          ['2026-06-14', 5],
        ]);
        assert.deepEqual(await read({ from: '2026-06-15' }), [['2026-06-15', 13]]);
        assert.deepEqual(await read({ to: '2026-06-14' }), [['2026-06-14', 5]]);
        assert.deepEqual((await cameras.days('door', {}))[0]?.width, 640);
        // A clock that is wrong leaves nothing.
        await send(TWO, AT + 2 * SILENT_MS, day('1970-01-01', 9), day('2026-07-15', 9));
        assert.equal((await read()).length, 2);
        // Weeks later the rows of a day have become one; the sums are the same.
        const later = AT + 20 * 86_400_000;
        await send(ONE, later, day('2026-07-05', 7));
        await send(TWO, later + 2 * SILENT_MS, day('2026-07-05', 1));
        assert.deepEqual(await read(), [
          ['2026-07-05', 8],
          ['2026-06-15', 13],
          ['2026-06-14', 5],
        ]);
        assert.deepEqual(await cameras.days('yard', {}), []);
        await cameras.remove('door');
        await cameras.put('door', 'Door');
        assert.deepEqual(await read(), []);
      }));
  });
}
