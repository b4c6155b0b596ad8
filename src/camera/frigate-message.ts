// What Frigate says on `frigate/events`: read with suspicion, reduced to what the camera program needs.

import { MOST_ZONES, ZONE_NAME } from '../camera-settings.ts';
import type { Box } from '../domain.ts';

export interface FrigateMessage {
  readonly type: 'new' | 'update' | 'end';
  readonly id: string;
  readonly camera: string;
  readonly label: string;
  readonly falsePositive: boolean;
  /** The frame that the message was made for. */
  readonly current: Seen;
  /** The best frame so far, when Frigate has one. */
  readonly best: Seen | null;
  readonly hasSnapshot: boolean;
  /** Frigate itself has found a face in the current frame (with its own models, where they are switched on). */
  readonly hasFace: boolean;
  /** Frigate's zones that it has been in. */
  readonly zones: readonly string[];
}

export interface Seen {
  /** Frigate's frame time, seconds since 1970, as Frigate wrote it. */
  readonly time: number;
  /** Pixels of the picture that Frigate detects in, which is often smaller than the camera's. */
  readonly box: Box | null;
}

/** Frigate's ids are `seconds.micros-random`; anything else does not go into addresses and track ids. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,89}$/;
const MOST_BYTES = 1_000_000;

/** Null for what is no event of an object. */
export function readMessage(payload: Uint8Array): FrigateMessage | null {
  if (payload.length > MOST_BYTES) return null;
  const message = parse(payload);
  const type = message?.['type'];
  const after = record(message?.['after']);
  if (!after || (type !== 'new' && type !== 'update' && type !== 'end')) return null;
  const { id, camera, label, frame_time: time } = after;
  if (typeof id !== 'string' || !ID.test(id) || typeof camera !== 'string' || typeof label !== 'string') return null;
  const snapshot = record(after['snapshot']);
  const bestTime = numberOf(snapshot?.['frame_time']) ?? numberOf(after['snapshot_time']);
  const box = boxOf(after['box']);
  const current = { time: numberOf(time) ?? 0, box };
  const attributes = after['current_attributes'];
  return {
    type,
    id,
    camera,
    label,
    falsePositive: after['false_positive'] === true,
    current,
    // Older ones tell the time of the best frame only: unless it is this one, nobody knows where the person was then.
    best:
      bestTime === null
        ? null
        : { time: bestTime, box: snapshot ? boxOf(snapshot['box']) : time === bestTime ? box : null },
    hasSnapshot: after['has_snapshot'] === true,
    zones: zonesOf(after['entered_zones']),
    hasFace: Array.isArray(attributes) && attributes.some((one) => record(one)?.['label'] === 'face'),
  };
}

/** Frigate's names of zones are short; others would be refused with the whole shot. */
function zonesOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  const names = value.filter(
    (one): one is string => typeof one === 'string' && one !== '' && one.length <= ZONE_NAME.maxLength,
  );
  return [...new Set(names)].slice(0, MOST_ZONES);
}

/** Frigate's boxes are two corners. */
function boxOf(value: unknown): Box | null {
  if (!Array.isArray(value) || value.length !== 4) return null;
  const [left, top, right, bottom] = value.map(numberOf);
  if (left == null || top == null || right == null || bottom == null) return null;
  return right > left && bottom > top ? [left, top, right - left, bottom - top] : null;
}

function parse(payload: Uint8Array): Record<string, unknown> | null {
  try {
    return record(JSON.parse(new TextDecoder().decode(payload)));
  } catch {
    return null;
  }
}

function record(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
