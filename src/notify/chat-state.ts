// What the chat library keeps between two messages, in Kith's own store, so that any process may take the next one.

import { randomUUID } from 'node:crypto';
import type { ChatUserStore } from '../chat-port.ts';

/** So many messages are known to have come before. */
const MOST_SEEN = 1000;

interface Lock {
  readonly expiresAt: number;
  readonly threadId: string;
  readonly token: string;
}

/** All keys begin with `prefix`: channels know nothing of each other. */
export function createChatState(memory: ChatUserStore['memory'], prefix: string, clock: () => number) {
  const until = (ttlMs: number | undefined): number | null => (ttlMs === undefined ? null : clock() + ttlMs);
  const lockKey = (threadId: string): string => `${prefix}lock:${threadId}`;
  const seen = new Set<string>();
  const heldBy = ({ threadId }: Lock): Promise<string | null> => memory.get(lockKey(threadId), clock());

  /** The library asks this of every message in the chat. What is done about one is done once for all processes (`ChatMemory.once`),
   * so here a glance is enough. */
  function isNew(key: string): boolean {
    if (seen.has(key)) return false;
    const [oldest] = seen;
    if (seen.size >= MOST_SEEN && oldest !== undefined) seen.delete(oldest);
    seen.add(key);
    return true;
  }

  return {
    connect: async () => undefined,
    disconnect: async () => undefined,

    async get<T = unknown>(key: string): Promise<T | null> {
      const value = await memory.get(`${prefix}${key}`, clock());
      return value === null ? null : (JSON.parse(value) as T);
    },
    async set(key: string, value: unknown, ttlMs?: number): Promise<void> {
      await memory.set(`${prefix}${key}`, JSON.stringify(value), until(ttlMs));
    },
    async setIfNotExists(key: string, value: unknown, ttlMs?: number): Promise<boolean> {
      if (key.startsWith('dedupe:')) return isNew(key);
      return memory.setIfAbsent(`${prefix}${key}`, JSON.stringify(value), until(ttlMs), clock());
    },
    delete: (key: string): Promise<void> => memory.remove(`${prefix}${key}`),

    async acquireLock(threadId: string, ttlMs: number): Promise<Lock | null> {
      const lock = { threadId, token: randomUUID(), expiresAt: clock() + ttlMs };
      const isFree = await memory.setIfAbsent(lockKey(threadId), lock.token, lock.expiresAt, clock());
      return isFree ? lock : null;
    },
    async extendLock(lock: Lock, ttlMs: number): Promise<boolean> {
      if ((await heldBy(lock)) !== lock.token) return false;
      await memory.set(lockKey(lock.threadId), lock.token, clock() + ttlMs);
      return true;
    },
    async releaseLock(lock: Lock): Promise<void> {
      if ((await heldBy(lock)) === lock.token) await memory.remove(lockKey(lock.threadId));
    },
    forceReleaseLock: (threadId: string): Promise<void> => memory.remove(lockKey(threadId)),

    isSubscribed: async (threadId: string): Promise<boolean> =>
      (await memory.get(`${prefix}subscribed:${threadId}`, clock())) !== null,
    subscribe: (threadId: string): Promise<void> => memory.set(`${prefix}subscribed:${threadId}`, '1', null),
    unsubscribe: (threadId: string): Promise<void> => memory.remove(`${prefix}subscribed:${threadId}`),

    // Lists are what people wrote in the chat, and who is called how there. Kith needs neither, so it keeps neither.
    appendToList: async (): Promise<void> => undefined,
    getList: async <T = unknown>(): Promise<T[]> => [],
    // Messages are handled as they come: nothing waits.
    enqueue: async (): Promise<number> => 0,
    dequeue: async (): Promise<null> => null,
    queueDepth: async (): Promise<number> => 0,
  };
}

export type ChatState = ReturnType<typeof createChatState>;
