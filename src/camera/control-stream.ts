// Reads Server-Sent Events: bytes in, events out, with bounds, so that whatever answers cannot fill the memory.

import type { ControlEvent } from '../camera-port.ts';

export interface ServerSentEvent {
  /** `message` where the stream names none. */
  readonly event: string;
  readonly data: string;
}

/** Settings with forty polygons of a hundred corners are a tenth of this. */
const LONGEST = 1_000_000;

/** The events of a body, as the HTML standard has them; comments, ids and retry times are left out. Throws when an event is longer
 * than `longest` characters. */
export async function* eventsOf(
  body: AsyncIterable<Uint8Array>,
  longest = LONGEST,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  let event = '';
  let data: string[] = [];
  let length = 0;

  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    // A carriage return at the end may be half of a line end.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    if (rest.length + length > longest) throw new Error('it sends an event without end');
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield { event: event === '' ? 'message' : event, data: data.join('\n') };
        event = '';
        data = [];
        length = 0;
        continue;
      }
      const colon = line.indexOf(':');
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (field === 'event') event = value;
      if (field !== 'data') continue;
      data.push(value);
      length += value.length;
      if (length > longest) throw new Error('it sends an event without end');
    }
  }
}

/** What a back end says, as far as this version knows it; what it does not know is left out. Throws on what no Kith would send. */
export async function* controlEvents(
  body: AsyncIterable<Uint8Array>,
  longest?: number,
): AsyncGenerator<ControlEvent, void, undefined> {
  for await (const { event, data } of eventsOf(body, longest)) {
    if (!isKind(event)) continue;
    const value = parse(data);
    if (!value || !FITS[event](value)) throw new Error(`it sends a "${event}" that cannot be understood`);
    yield { ...value, kind: event } as unknown as ControlEvent;
  }
}

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const isText = (value: unknown): boolean => typeof value === 'string';

const FITS: Readonly<Record<ControlEvent['kind'], (value: Fields) => boolean>> = {
  settings: ({ version, name, settings }) =>
    Number.isInteger(version) && isText(name) && (settings === null || isObject(settings)),
  watch: ({ watching }) => typeof watching === 'boolean',
  named: ({ detection, track, decision, person }) =>
    isText(detection) &&
    (track === null || isText(track)) &&
    isText(decision) &&
    (person === null ||
      (isObject(person) &&
        isText(person['id']) &&
        isText(person['name']) &&
        (person['kind'] === 'known' || person['kind'] === 'unknown'))),
};

function isKind(event: string): event is ControlEvent['kind'] {
  return Object.hasOwn(FITS, event);
}

function parse(data: string): Fields | null {
  try {
    const value: unknown = JSON.parse(data);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
