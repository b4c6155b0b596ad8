// The message of "send a test": says that it is one, with a drawn picture of nobody.

import type { ChannelRow } from '../delivery-port.ts';
import type { Message } from '../channel-port.ts';
import type { PictureCodec } from '../domain.ts';
import { localTimeText } from './message-words.ts';
import { fitPicture } from './picture-fit.ts';

const SIDE = 400;
const GREY = 0xee;

export interface TestMessagePorts {
  readonly codec: PictureCodec;
  readonly clock: () => number;
  readonly timeZone: string;
  readonly publicUrl: string | null;
}

/** `id`: a new one each time, because a receiver may leave out what it has had already. */
export function testMessage(row: ChannelRow, id: string, ports: TestMessagePorts): Message {
  const now = ports.clock();
  const { timeZone, codec, publicUrl } = ports;
  const localTime = localTimeText(timeZone, now);
  return {
    id,
    alert: {
      id: `test-${id}`,
      seq: 0,
      ruleId: 'test',
      ruleName: 'Test',
      event: 'unknown',
      at: now,
      cameraId: null,
      personId: null,
      since: null,
      sightings: [],
      outcomes: [],
      version: 1,
    },
    title: 'Test message from Kith',
    lines: [`The channel "${row.name}" works: this message has arrived.`, localTime],
    sightings: [
      {
        detectionId: `test-${id}`,
        visitId: null,
        cameraId: 'test',
        cameraName: 'Test',
        zones: [],
        at: now,
        localTime,
        person: null,
        words: 'test',
        candidates: [],
        picture: async (maxBytes, maxSide) => fitPicture(codec, await drawBell(codec), maxBytes, maxSide),
        pictureUrl: null,
      },
    ],
    outcomes: [],
    answers: [],
    doors: [],
    link: publicUrl,
    isTest: true,
  };
}

/** Shapes only: no font is needed. */
const BELL = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}" viewBox="0 0 100 100">
  <path d="M50 18c-15 0-22 11-22 26v14l-8 12h60l-8-12V44c0-15-7-26-22-26z" fill="#4b6b8a"/>
  <circle cx="50" cy="16" r="5" fill="#4b6b8a"/><path d="M40 76a10 9 0 0 0 20 0z" fill="#2f4a63"/>
</svg>`;

function drawBell(codec: PictureCodec): Promise<Uint8Array> {
  const data = new Uint8Array(SIDE * SIDE * 3).fill(GREY);
  return codec.encodeJpeg({ width: SIDE, height: SIDE, data }, { overlay: BELL });
}
