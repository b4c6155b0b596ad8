// Sends what is due: one line per channel that is in use (line.ts), kept in step with the channels of the store. Woken by commits, and
// looks by itself now and then.

import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import type { ChannelRow } from '../delivery-port.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store-port.ts';
import { openLine, type Done, type Line, type LineParts, type LineTimes } from './line.ts';

export interface DispatcherOptions extends Pick<LineParts, 'clock' | 'open' | 'render'> {
  readonly store: Pick<Store, 'changes' | 'channels' | 'deliveries'>;
  readonly log: Log;
  readonly onDone?: (done: Done) => void;
  readonly times?: Partial<LineTimes & { readonly lookMs: number }>;
}

export interface Dispatcher {
  close(): Promise<void>;
}

const TIMES = { holdMs: 30_000, renewMs: 10_000, openMs: 20_000, sendMs: 30_000, closeMs: 5_000, lookMs: 5_000 };
const BATCH = 500;

export function openDispatcher(options: DispatcherOptions): Dispatcher {
  const { store, log, clock } = options;
  const times = { ...TIMES, ...options.times };
  const parts: LineParts = {
    store,
    owner: `${hostname()}:${randomUUID()}`,
    log,
    clock,
    open: options.open,
    render: options.render,
    onDone: (done) => options.onDone?.(done),
    times,
  };
  const lines = new Map<string, { readonly version: number; readonly line: Line }>();
  /** Lines that are ending: the next one of the channel begins after them. */
  const ending = new Map<string, Promise<void>>();
  let seen: number | undefined;
  let looking: Promise<void> | undefined;
  let again = false;
  let wantsLook = true;
  let failing = false;
  let closed = false;

  function end(id: string): void {
    const line = lines.get(id)?.line;
    if (!line) return;
    lines.delete(id);
    const ended = line.close().finally(() => {
      ending.delete(id);
      kick(true);
    });
    ending.set(id, ended);
  }

  function begin(row: ChannelRow): void {
    if (!lines.has(row.id) && !ending.has(row.id)) {
      lines.set(row.id, { version: row.version, line: openLine(row, parts) });
    }
  }

  async function look(): Promise<void> {
    const rows = (await store.channels.list()).filter(({ enabled }) => enabled);
    if (closed) return;
    const versions = new Map(rows.map(({ id, version }) => [id, version]));
    for (const [id, { version }] of lines) if (versions.get(id) !== version) end(id);
    for (const row of rows) begin(row);
  }

  /** What the change log says since last time. */
  async function read(): Promise<void> {
    seen ??= await store.changes.last();
    for (let more = true; more;) {
      const changes = await store.changes.since(seen, BATCH, 'alert');
      seen = changes.at(-1)?.seq ?? seen;
      more = changes.length === BATCH;
      if (changes.some(({ entity }) => entity === 'channel')) wantsLook = true;
      // What lines have done gives no line anything to do.
      const isNew = changes.some(({ entity, action }) => entity !== 'delivery' || action === 'add');
      if (isNew) for (const { line } of lines.values()) line.wake();
    }
    if (!wantsLook) return;
    wantsLook = false;
    await look();
  }

  async function readAll(): Promise<void> {
    try {
      while (again) {
        again = false;
        await read();
      }
      if (failing) log.info('messages are sent again');
      failing = false;
    } catch (error) {
      wantsLook = true;
      if (!failing && !closed) log.warn({ err: error }, 'the store cannot be asked for messages to send');
      failing = true;
    } finally {
      looking = undefined;
    }
  }

  /** Never two at a time; one that comes meanwhile has it look once more. */
  function kick(channels: boolean): void {
    if (closed) return;
    again = true;
    wantsLook ||= channels;
    looking ??= readAll();
  }

  const stopHints = store.changes.onCommit(() => kick(false));
  const timer = setInterval(() => {
    kick(true);
    for (const { line } of lines.values()) line.wake();
  }, times.lookMs);
  kick(true);

  return {
    async close() {
      closed = true;
      clearInterval(timer);
      stopHints();
      await looking;
      for (const id of lines.keys()) end(id);
      await Promise.all(ending.values());
    },
  };
}
