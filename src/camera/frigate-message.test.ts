import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bestFrame, eventId, eventMessage } from './frigate-kit.ts';
import { readMessage } from './frigate-message.ts';

const read = (value: unknown) => readMessage(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));

test('an event is read with its frames, whose boxes become left, top, width, height', () => {
  const id = eventId();
  const message = read(
    eventMessage('update', id, {
      frame_time: 1_700_000_002.5,
      box: [10, 20, 110, 220],
      ...bestFrame(1_700_000_001.25, [30, 40, 50, 80]),
      current_attributes: [{ label: 'face', box: [40, 30, 60, 50], score: 0.7 }],
    }),
  );
  assert.deepEqual(message, {
    type: 'update',
    id,
    camera: 'door',
    label: 'person',
    falsePositive: false,
    current: { time: 1_700_000_002.5, box: [10, 20, 100, 200] },
    best: { time: 1_700_000_001.25, box: [30, 40, 20, 40] },
    hasSnapshot: true,
    hasFace: true,
    zones: ['step'],
  });
});

test('what older versions of Frigate said is read as well', () => {
  const { snapshot: _, ...after } = eventMessage('new', eventId()).after;
  const message = read({ type: 'new', before: null, after: { ...after, frame_time: 5, snapshot_time: 4 } });
  assert.deepEqual(message?.best, { time: 4, box: null });
  const same = read({ type: 'new', before: null, after: { ...after, frame_time: 5, snapshot_time: 5 } });
  assert.deepEqual(same?.best?.box, message?.current.box);
});

test('garbage is no event', () => {
  const good = eventMessage('new', eventId());
  const garbage: unknown[] = [
    '',
    '{',
    'null',
    '[]',
    '"online"',
    { type: 'new' },
    { type: 'new', after: [] },
    { ...good, type: 'snapshot' },
    { ...good, after: { ...good.after, id: 7 } },
    { ...good, after: { ...good.after, id: '../../config' } },
    { ...good, after: { ...good.after, id: 'a'.repeat(91) } },
    { ...good, after: { ...good.after, camera: null } },
    { ...good, after: { ...good.after, thumbnail: 'x'.repeat(1_000_000) } },
  ];
  for (const value of garbage) assert.equal(read(value), null, JSON.stringify(value).slice(0, 80));
  assert.equal(readMessage(new Uint8Array([0xff, 0xd8, 0xff, 0x00])), null);
  const zones = ['step', 'step', '', 7, 'x'.repeat(61), ...Array.from({ length: 30 }, (_, i) => `z${i}`)];
  assert.equal(read({ ...good, after: { ...good.after, entered_zones: zones } })?.zones.length, 20);
  assert.deepEqual(read({ ...good, after: { ...good.after, entered_zones: 'step' } })?.zones, []);
  // Boxes that are none leave the event, without a place to look at.
  for (const box of [null, 'x', [1, 2], [1, 2, 3, 'x'], [5, 5, 5, 9], [9, 9, 1, 1]]) {
    assert.equal(read({ ...good, after: { ...good.after, box } })?.current.box, null);
  }
});
