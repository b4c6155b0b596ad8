// Tells Frigate who was recognised: known persons become the sub label of the event, and every decision is published over MQTT.

import type { Named } from '../camera-port.ts';
import { pause } from '../lifecycle.ts';
import type { FrigateApi } from './frigate-api.ts';

export interface Answers {
  /** Ignores what belongs to no event. */
  take(named: Named): void;
}

export interface AnswerOptions {
  readonly api: Pick<FrigateApi, 'subLabel'>;
  readonly publish: (topic: string, text: string) => void;
  /** The camera's name in Frigate. */
  readonly camera: string;
  readonly knows: (event: string) => boolean;
  readonly onProblem: (message: string) => void;
  readonly signal: AbortSignal;
  readonly waitsMs?: readonly number[];
}

interface Answered {
  /** Detection → the known person's name; a later detection of the event outweighs an earlier one. */
  readonly names: Map<string, string>;
  wanted: string | null;
  sent: string | null;
  sending: boolean;
}

/** An event of before this program was started still wants its name. Kith's own tracks have no point in their ids. */
const FRIGATE_ID = /^\d{9,}\.\d+-[a-z0-9]+$/;
const MOST_EVENTS = 500;
const MOST_CHARACTERS = 100;

export function openAnswers(options: AnswerOptions): Answers {
  const { api, camera, signal, onProblem, waitsMs = [5_000, 15_000, 60_000] } = options;
  const events = new Map<string, Answered>();
  let refused = false;

  async function send(event: string, answered: Answered): Promise<void> {
    if (answered.sending) return;
    answered.sending = true;
    try {
      for (let tries = 0; answered.wanted !== answered.sent && !signal.aborted; tries++) {
        const name = answered.wanted;
        const { result, why } = await api.subLabel(event, camera, name ?? '');
        if (result === 'done') {
          answered.sent = name;
          refused = false;
          tries = -1;
          continue;
        }
        const wait = waitsMs[tries];
        if (result === 'later' && wait !== undefined) {
          await pause(wait, signal);
          continue;
        }
        if (!refused && !signal.aborted) onProblem(`Frigate does not take the name of an event: ${why}.`);
        refused = true;
        return;
      }
    } finally {
      answered.sending = false;
    }
  }

  function answeredOf(event: string): Answered {
    const known = events.get(event);
    if (known) return known;
    const made: Answered = { names: new Map(), wanted: null, sent: null, sending: false };
    events.set(event, made);
    for (const first of events.keys()) {
      if (events.size <= MOST_EVENTS) break;
      events.delete(first);
    }
    return made;
  }

  return {
    take({ track: event, detection, decision, person }) {
      if (event === null || !(options.knows(event) || FRIGATE_ID.test(event))) return;
      const known = person?.kind === 'known' ? { id: person.id, name: person.name } : null;
      options.publish(
        `kith/${camera}/event/${event}`,
        JSON.stringify({ event, camera, detection, decision, person: known }),
      );
      const answered = answeredOf(event);
      answered.names.delete(detection);
      if (known) answered.names.set(detection, known.name.slice(0, MOST_CHARACTERS));
      // A poor shot that nobody was recognised in does not take the name away that a better one has given.
      answered.wanted = [...answered.names.values()].at(-1) ?? null;
      void send(event, answered);
    },
  };
}
