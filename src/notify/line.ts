// The line of one channel: holds its place, opens it, sends what is due, one after the other, with a limit of time each. Whatever happens
// to this channel, however it hangs, nobody outside of it waits.

import type { ChannelKind, ChannelRow, Delivery } from '../delivery-port.ts';
import { ChannelError, type Channel, type Message } from '../channel-port.ts';
import { messageOf } from '../errors.ts';
import { backoffMs, pause } from '../lifecycle.ts';
import { hideCredentials, type Log } from '../log.ts';
import type { Store } from '../store-port.ts';
import { verdictOf } from './retry.ts';
import { createWaker } from './waker.ts';
import { withinTime } from './within-time.ts';

export interface LineTimes {
  /** The place is free for another process when nothing was heard for so long. */
  readonly holdMs: number;
  readonly renewMs: number;
  readonly openMs: number;
  readonly sendMs: number;
  /** At the end of Kith, what is under way has so long. */
  readonly closeMs: number;
}

/** `changed`: a message that stood was brought up to date. `retried`: did not work, is tried again. */
export interface Done {
  readonly channelId: string;
  readonly kind: ChannelKind;
  readonly outcome: 'sent' | 'changed' | 'retried' | 'failed';
  /** With `sent`: from the moment at which it was due to the receiver. */
  readonly ageMs: number;
}

export interface LineParts {
  readonly store: Pick<Store, 'deliveries'>;
  readonly owner: string;
  readonly log: Log;
  readonly clock: () => number;
  readonly open: (row: ChannelRow, signal: AbortSignal) => Promise<Channel>;
  readonly render: (id: string, alertId: string) => Promise<Message | null>;
  readonly onDone: (done: Done) => void;
  readonly times: LineTimes;
}

export interface Line {
  /** Something may be due. */
  wake(): void;
  /** Takes nothing new, and answers when what is under way has ended or was broken off. */
  close(): Promise<void>;
}

/** Looked at again although nobody has said anything. */
const IDLE_MS = 30_000;
const AGAIN_MS = 1_000;
const SHUT_MS = 2_000;

export function openLine(row: ChannelRow, parts: LineParts): Line {
  const { owner, clock, times } = parts;
  const { deliveries } = parts.store;
  const log = parts.log.child({ channel: row.name, kind: row.kind });
  const ending = new AbortController();
  const breakingOff = new AbortController();
  const waker = createWaker();
  let channel: Channel | null = null;
  let tries = 0;
  let openAt = 0;

  /** Until the place is lost, or the end. */
  async function work(lost: AbortSignal): Promise<void> {
    await deliveries.recover(row.id);
    const over = AbortSignal.any([ending.signal, lost]);
    while (!over.aborted) {
      await openEarly(lost);
      const due = await deliveries.nextAt(row.id);
      const waitMs = due === null ? IDLE_MS : due - clock();
      if (waitMs > 0) {
        await waker.wait(Math.min(waitMs, channel ? IDLE_MS : Math.max(openAt - clock(), AGAIN_MS)), over);
        continue;
      }
      const delivery = over.aborted ? null : await deliveries.take(row.id, owner, clock());
      if (delivery) await deliver(delivery, lost);
      // The place is another one's by now, or the channel was switched off.
      else await waker.wait(AGAIN_MS, over);
    }
  }

  /** Before there is something to send: some channels take commands too, or say that they are there. */
  async function openEarly(lost: AbortSignal): Promise<void> {
    if (channel || clock() < openAt || ending.signal.aborted) return;
    await openNow(lost).catch(() => undefined);
  }

  async function openNow(lost: AbortSignal): Promise<Channel> {
    if (channel) return channel;
    const signal = AbortSignal.any([breakingOff.signal, lost]);
    try {
      const opened = await withinTime((limit) => parts.open(row, limit), times.openMs, signal, {
        what: 'The connection',
        // One that comes too late must not stay open.
        tooLate: (late) => void late.close().catch(() => undefined),
      });
      if (tries > 0) log.info('channel works again');
      tries = 0;
      channel = opened;
      return opened;
    } catch (error) {
      tries += 1;
      openAt = clock() + backoffMs(tries);
      if (tries === 1 && !signal.aborted) log.warn({ reason: wordsOf(error) }, 'channel cannot be opened');
      throw error;
    }
  }

  async function deliver(delivery: Delivery, lost: AbortSignal): Promise<void> {
    const { id, alertId, shownVersion, receipt } = delivery;
    const isChange = shownVersion !== null;
    let message: Message | null;
    let given: unknown;
    try {
      message = await parts.render(id, alertId);
      // Erased meanwhile, and the delivery with it.
      if (!message) return await deliveries.failed(id, 'What it told of was erased.', null);
      const known = message;
      const open = await openNow(lost);
      if (isChange && !open.edit) return await deliveries.leave(id);
      given = await withinTime(
        async (limit) => (isChange ? open.edit?.(receipt, known, limit) : open.send(known, limit)),
        times.sendMs,
        AbortSignal.any([breakingOff.signal, lost]),
        { what: 'The receiver', onHang: drop },
      );
    } catch (error) {
      // Whoever has the place by now sends it.
      return lost.aborted ? undefined : fail(delivery, error);
    }
    const at = clock();
    await insist(() => deliveries.sent(id, given, message.alert.version, at));
    const due = delivery.attempts === 1 ? Math.max(delivery.at, delivery.nextAt) : delivery.at;
    tell(isChange ? 'changed' : 'sent', at - due);
  }

  async function fail(delivery: Delivery, error: unknown): Promise<void> {
    const now = clock();
    const broken = breakingOff.signal.aborted;
    const { words, retryAt } = broken
      ? { words: 'Kith ended while it was sent.', retryAt: now }
      : verdictOf(delivery, error, now);
    await insist(() => deliveries.failed(delivery.id, words, retryAt));
    if (broken) return;
    if (!(error instanceof ChannelError)) log.warn({ err: error, delivery: delivery.id }, 'delivery failed unforeseen');
    else if (retryAt === null) log.warn({ reason: words, delivery: delivery.id }, 'delivery given up');
    tell(retryAt === null ? 'failed' : 'retried', 0);
  }

  /** What was sent must be known as sent, or it is sent again: while the store cannot be written nothing else could be done anyway. */
  async function insist(write: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await write();
      } catch (error) {
        if (breakingOff.signal.aborted) throw error;
        log.warn({ err: error }, 'the state of a delivery cannot be written');
        await pause(backoffMs(attempt), breakingOff.signal);
      }
    }
  }

  /** One that hangs may hang for ever: the next message goes over a new connection. */
  function drop(): void {
    const hanging = channel;
    channel = null;
    void hanging?.close().catch(() => undefined);
  }

  function tell(outcome: Done['outcome'], ageMs: number): void {
    parts.onDone({ channelId: row.id, kind: row.kind, outcome, ageMs: Math.max(0, ageMs) });
  }

  async function shut(): Promise<void> {
    const open = channel;
    channel = null;
    if (!open) return;
    const never = new AbortController().signal;
    await withinTime(() => open.close(), SHUT_MS, never, { what: 'The channel' }).catch((error: unknown) =>
      log.warn({ reason: wordsOf(error) }, 'channel could not be closed'),
    );
  }

  /** Holds the place and works; answers when it is lost, or at the end. */
  async function hold(): Promise<void> {
    const lost = new AbortController();
    let until = clock() + times.holdMs;
    if (!(await deliveries.hold(row.id, owner, until, clock()))) {
      await waker.wait(times.renewMs, ending.signal);
      return;
    }
    const renewing = setInterval(() => void renew(), times.renewMs);
    async function renew(): Promise<void> {
      const next = clock() + times.holdMs;
      try {
        if (await deliveries.hold(row.id, owner, next, clock())) until = next;
        else lost.abort();
      } catch (error) {
        log.warn({ err: error }, 'the place of a channel cannot be held');
        if (clock() >= until) lost.abort();
      }
    }
    try {
      await work(lost.signal);
    } finally {
      clearInterval(renewing);
      await shut();
      await deliveries.release(row.id, owner);
    }
  }

  async function run(): Promise<void> {
    for (let failures = 0; !ending.signal.aborted;) {
      try {
        await hold();
        failures = 0;
      } catch (error) {
        failures += 1;
        log.warn({ err: error }, 'the line of a channel is interrupted');
        await pause(backoffMs(failures), ending.signal);
      }
    }
  }

  const running = run();
  return {
    wake: () => waker.wake(),
    async close() {
      ending.abort();
      waker.wake();
      const late = setTimeout(() => breakingOff.abort(), times.closeMs);
      await running.finally(() => clearTimeout(late));
    },
  };
}

function wordsOf(error: unknown): string {
  return hideCredentials(messageOf(error));
}
