// Commands of Home Assistant to doors: at most once each, through the same way as opening by hand.

import type { ChatUserStore } from '../chat-port.ts';
import { isKithError, messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { BrokerMessage } from '../mqtt.ts';

export interface UnlockParts {
  readonly channelId: string;
  /** By topic, the id of the door; undefined: none is shown there. */
  readonly doorOf: (topic: string) => string | undefined;
  /** Opens by hand, in the name of the channel. KithError. */
  readonly open: (doorId: string) => Promise<void>;
  readonly memory: ChatUserStore['memory'];
  readonly log: Log;
  readonly clock: () => number;
}

const MOST_BYTES = 1_000;
const REMEMBER_MS = 86_400_000;

/** Never throws. */
export function createUnlock(parts: UnlockParts): (message: BrokerMessage) => Promise<void> {
  const { log, memory, clock } = parts;

  async function isFirst(topic: string, id: string): Promise<boolean> {
    const now = clock();
    return memory.setIfAbsent(`mqtt:${parts.channelId}:${topic}|${id}`, '1', now + REMEMBER_MS, now);
  }

  async function obey({ topic, payload, retained, again }: BrokerMessage): Promise<string | null> {
    const doorId = parts.doorOf(topic);
    if (doorId === undefined) return 'there is no such door';
    // Whoever connects next would open it anew.
    if (retained)
      return payload.length === 0
        ? null
        : 'the broker has kept it, so nobody knows how old it is: send it without "retain"';
    if (again) return 'it may have come before';
    const given = payload.length > MOST_BYTES ? null : commandIn(Buffer.from(payload).toString());
    // A door falls shut by itself.
    if (given?.command === 'LOCK') return null;
    if (given?.command !== 'UNLOCK') return 'it is neither UNLOCK nor LOCK';
    if (given.id !== null && !(await isFirst(topic, given.id))) return 'it came before';
    await parts.open(doorId);
    return null;
  }

  return async (message) => {
    try {
      const reason = await obey(message);
      if (reason !== null) log.warn({ topic: message.topic, reason }, 'A command to a door was not obeyed.');
    } catch (error) {
      const { topic } = message;
      if (isKithError(error)) log.warn({ topic, reason: messageOf(error) }, 'A command to a door was not obeyed.');
      else log.error({ err: error, topic }, 'A command to a door failed.');
    }
  };
}

/** `UNLOCK`, or `{"command": "UNLOCK", "id": "…"}`. */
function commandIn(text: string): { readonly command: string; readonly id: string | null } | null {
  if (!text.trimStart().startsWith('{')) return { command: text.trim(), id: null };
  try {
    const { command, id } = JSON.parse(text) as Record<string, unknown>;
    return typeof command === 'string' && typeof id === 'string' && id !== '' ? { command, id } : null;
  } catch {
    return null;
  }
}
