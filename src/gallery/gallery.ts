// The gallery of one process: loads all templates of the current model from the store, then follows its change log, so that what
// is enrolled anywhere is found here within a second.

import { setImmediate } from 'node:timers/promises';
import type { EmbedderInfo, Gallery, GalleryEntry } from '../domain.ts';
import type { Change, Store } from '../store-port.ts';
import { messageOf } from '../errors.ts';
import { backoffMs, openLifecycle, pause } from '../lifecycle.ts';
import type { Log } from '../log.ts';
import { createTemplates } from './templates.ts';

export interface GalleryOptions {
  readonly store: Pick<Store, 'references' | 'changes'>;
  readonly embedder: EmbedderInfo;
  readonly log: Log;
  /** How often the change log is read when no commit was announced. */
  readonly pollMs?: number;
}

export interface OpenGallery extends Gallery {
  /** Bytes of memory that the templates take. */
  readonly bytes: number;
}

const CHANGES_PER_READ = 1000;

export async function openGallery({ store, embedder, log, pollMs = 500 }: GalleryOptions): Promise<OpenGallery> {
  const templates = createTemplates(embedder.dimensions, embedder.metric);
  const lifecycle = openLifecycle();
  let running: Promise<void> | undefined;
  let queued: Promise<void> | undefined;

  /** One broken template must not keep everybody else from being found. */
  function put(entry: GalleryEntry): void {
    try {
      templates.put(entry);
    } catch (error) {
      templates.remove(entry.referenceId);
      log.warn({ reference: entry.referenceId }, `A template is left out of the search: ${messageOf(error)}`);
    }
  }

  const start = await store.references.entries(embedder.id);
  for (const [i, entry] of start.entries.entries()) {
    put(entry);
    // Somebody else's turn: the server already answers while a large gallery loads.
    if (i % 1000 === 999) await setImmediate();
  }
  let version = start.version;

  async function apply(changes: readonly Change[]): Promise<void> {
    const referenceIds = idsOf(changes, 'reference');
    const personIds = idsOf(changes, 'person');
    const [ofReferences, ofPersons] = await Promise.all([
      referenceIds.length > 0 ? store.references.entriesOf(embedder.id, { referenceIds }) : [],
      personIds.length > 0 ? store.references.entriesOf(embedder.id, { personIds }) : [],
    ]);
    // From here on without a pause: a search sees all of it or nothing.
    const present = new Set([...ofReferences, ...ofPersons].map((entry) => entry.referenceId));
    for (const id of referenceIds) if (!present.has(id)) templates.remove(id);
    for (const id of personIds) {
      for (const reference of templates.referencesOf(id)) if (!present.has(reference)) templates.remove(reference);
    }
    for (const entry of ofReferences) put(entry);
    for (const entry of ofPersons) put(entry);
  }

  async function readChanges(): Promise<void> {
    for (;;) {
      const changes = await store.changes.since(version, CHANGES_PER_READ, 'gallery');
      const last = changes.at(-1);
      if (last === undefined) return;
      await apply(changes);
      version = last.seq;
      if (changes.length < CHANGES_PER_READ) return;
    }
  }

  async function begin(): Promise<void> {
    queued = undefined;
    running = readChanges();
    try {
      await running;
    } finally {
      running = undefined;
    }
  }

  /** A read that is under way may have begun before the caller's change: then one more follows, shared by all who wait. */
  function sync(): Promise<void> {
    if (running === undefined && queued === undefined) return begin();
    queued ??= (running ?? Promise.resolve()).then(begin, begin);
    return queued;
  }

  let announced = false;
  let wake: (() => void) | undefined;
  const stopListening = store.changes.onCommit(() => {
    announced = true;
    wake?.();
  });
  lifecycle.signal.addEventListener('abort', () => wake?.());
  async function follow(): Promise<void> {
    let failures = 0;
    while (!lifecycle.signal.aborted) {
      const early = new AbortController();
      wake = () => early.abort();
      if (failures > 0) await pause(backoffMs(failures), lifecycle.signal);
      else if (!announced) await pause(pollMs, early.signal);
      wake = undefined;
      announced = false;
      if (lifecycle.signal.aborted) return;
      try {
        await sync();
        if (failures > 0) log.info('The gallery follows the store again.');
        failures = 0;
      } catch (error) {
        if (failures === 0)
          log.warn({ err: error }, 'The gallery cannot follow the store; searching goes on with what is known.');
        failures++;
      }
    }
  }
  const following = follow();
  lifecycle.onClose(async () => {
    stopListening();
    await following;
    await Promise.allSettled([running, queued]);
  });

  return {
    get version() {
      return version;
    },
    get templates() {
      return templates.count;
    },
    get persons() {
      return templates.persons;
    },
    get bytes() {
      return templates.bytes;
    },
    search: (template, k = 2) => templates.search(template, k),
    kindOf: (personId) => templates.kindOf(personId),
    templatesOf: (personId) => templates.templatesOf(personId),
    sync,
    close: () => lifecycle.close(),
  };
}

function idsOf(changes: readonly Change[], entity: Change['entity']): readonly string[] {
  return [...new Set(changes.filter((change) => change.entity === entity).map((change) => change.id))];
}
