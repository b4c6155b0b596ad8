// A message for tests of channels.

import type { ChannelKind, ChannelRow } from '../delivery-port.ts';
import type { Message } from '../channel-port.ts';

/** Begins like a JPEG. */
export const JPEG = Buffer.from('\xff\xd8\xffpicture of somebody', 'latin1');

export function channelRow(kind: ChannelKind, settings: Readonly<Record<string, unknown>>): ChannelRow {
  return { id: 'c', name: 'Test', kind, enabled: true, settings, quiet: null, createdAt: 0, version: 1 };
}

export function testMessageOf(more: Partial<Message> = {}): Message {
  return {
    id: 'delivery-1',
    alert: {
      id: 'alert-1',
      seq: 7,
      ruleId: 'r',
      ruleName: 'Strangers',
      event: 'unknown',
      at: Date.UTC(2026, 0, 31, 12),
      cameraId: 'door',
      personId: null,
      since: null,
      sightings: [],
      outcomes: [],
      version: 1,
    },
    title: 'Unknown 17 at the front door',
    lines: ['Sat, 13:00: a stranger', 'Rule: strangers'],
    sightings: [
      {
        detectionId: 'd',
        visitId: 'v',
        cameraId: 'door',
        cameraName: 'Front door',
        zones: [],
        at: Date.UTC(2026, 0, 31, 12),
        localTime: 'Sat, 13:00',
        person: { id: 'p17', name: 'Unknown 17', known: false },
        words: 'a stranger',
        candidates: [{ personId: 'p', name: 'Ada <script>alert(1)</script>', distance: 0.5 }],
        picture: async () => JPEG,
        pictureUrl: 'https://kith.example.org/pictures/token',
      },
    ],
    outcomes: [],
    answers: [],
    doors: [],
    link: 'https://kith.example.org/log?a=1&b=2',
    isTest: false,
    ...more,
  };
}
