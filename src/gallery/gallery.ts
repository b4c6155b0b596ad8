// The gallery of one process: loads all templates of the current model from the store, then follows its change log, so that what
// is enrolled anywhere is found here within a second. Its threshold follows the people in it.

import { setImmediate } from 'node:timers/promises';
import type { Calibration, Gallery, GalleryEntry } from '../gallery-port.ts';
import type { PersonKind } from '../domain.ts';
import type { EmbedderInfo } from '../model-port.ts';
import type { Change, Store } from '../store-port.ts';
import { messageOf } from '../errors.ts';
import { backoffMs, openLifecycle, pause } from '../lifecycle.ts';
import type { Log } from '../log.ts';
import { calibrate, LEAST_PERSONS, measureOwn, type CalibrationWish, type OwnDistances } from './calibration.ts';
import { createCentroids } from './centroids.ts';
import type { People } from './people.ts';
import { createReferences } from './references.ts';

export interface GalleryOptions {
  readonly store: Pick<Store, 'references' | 'changes'>;
  readonly embedder: EmbedderInfo;
  readonly log: Log;
  /** Default: calibrated, one false name in 1,000 sightings of strangers. */
  readonly wish?: CalibrationWish;
  /** How often the change log is read when no commit was announced. */
  readonly pollMs?: number;
}

export interface OpenGallery extends Gallery {
  /** Bytes of memory that the templates take. */
  readonly bytes: number;
  /** At most one false name in so many from now on; nothing is measured anew. */
  readonly setFalseNamesIn: (falseNamesIn: number) => void;
}

const CHANGES_PER_READ = 1000;
/** The own gallery is measured anew when so large a share of the known references has changed since. */
const CHANGED_SHARE = 0.05;
/** References that are measured before the gallery counts as open. */
const WAIT_FOR = 5000;
const DEFAULT_WISH: CalibrationWish = { mode: 'calibrated', falseNamesIn: 1000 };

export async function openGallery(options: GalleryOptions): Promise<OpenGallery> {
  const { store, embedder, log, pollMs = 500 } = options;
  let { wish = DEFAULT_WISH } = options;
  let measuredOwn: OwnDistances = { distances: [], persons: 0 };
  let calibration: Calibration = calibrate(wish, embedder, measuredOwn);
  // Fixed by wish, or because nothing is known of the model until the own gallery is large enough.
  let templates: People = calibration.mode === 'fixed' ? createReferences(embedder) : createCentroids(embedder);
  let measuring: Promise<void> | undefined;
  let changedSince = 0;
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
  const measured = startMeasuring();
  // A large gallery takes a second or two; until then the prior's threshold is in force.
  if (templates.templates < WAIT_FOR) await measured;

  async function apply(changes: readonly Change[]): Promise<void> {
    const referenceIds = idsOf(changes, 'reference');
    const personIds = idsOf(changes, 'person');
    const [ofReferences, ofPersons] = await Promise.all([
      referenceIds.length > 0 ? store.references.entriesOf(embedder.id, { referenceIds }) : [],
      personIds.length > 0 ? store.references.entriesOf(embedder.id, { personIds }) : [],
    ]);
    const knownBefore = templates.known.templates;
    // From here on without a pause: a search sees all of it or nothing.
    const present = new Set([...ofReferences, ...ofPersons].map((entry) => entry.referenceId));
    for (const id of referenceIds) if (!present.has(id)) templates.remove(id);
    for (const id of personIds) {
      for (const { referenceId } of templates.templatesOf(id)) {
        if (!present.has(referenceId)) templates.remove(referenceId);
      }
    }
    for (const entry of ofReferences) put(entry);
    for (const entry of ofPersons) put(entry);
    changedSince += Math.max(
      [...ofReferences, ...ofPersons].filter(({ kind }) => kind === 'known').length,
      Math.abs(templates.known.templates - knownBefore),
    );
    measureIfDue();
  }

  function measureIfDue(): void {
    if (changedSince > CHANGED_SHARE * templates.known.templates && !lifecycle.signal.aborted) void startMeasuring();
  }

  /** Searching goes on with the old threshold meanwhile, also where measuring fails. */
  function startMeasuring(): Promise<void> {
    measuring ??= measure()
      .catch((error: unknown) => log.warn({ err: error }, 'The own gallery cannot be measured; the threshold stays.'))
      .finally(() => {
        measuring = undefined;
        // What came in meanwhile.
        measureIfDue();
      });
    return measuring;
  }

  async function measure(): Promise<void> {
    changedSince = 0;
    // Too few to measure anything: no need to copy them.
    if (wish.mode === 'fixed' || (calibration.persons === 0 && templates.known.persons < LEAST_PERSONS)) return;
    const own = await measureOwn(await knownOf(templates, embedder), lifecycle.signal);
    if (lifecycle.signal.aborted) return;
    measuredOwn = own;
    const next = calibrate(wish, embedder, own);
    // Never back to the fixed rule, for which the raw numbers are gone; a restart reads them again.
    if (next.mode === 'fixed') return;
    if (calibration.mode === 'fixed') templates = createCopy(templates, embedder);
    calibration = next;
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
    await Promise.allSettled([running, queued, measuring]);
  });

  return {
    get version() {
      return version;
    },
    get templates() {
      return templates.templates;
    },
    get persons() {
      return templates.persons;
    },
    get bytes() {
      return templates.bytes;
    },
    get calibration() {
      return calibration;
    },
    setFalseNamesIn(falseNamesIn) {
      wish = { ...wish, falseNamesIn };
      if (calibration.mode === 'calibrated') calibration = calibrate(wish, embedder, measuredOwn);
    },
    search: (probe, k = 2, except) => templates.search(probe, k, except),
    kindOf: (personId) => templates.kindOf(personId),
    templatesOf: (personId) => templates.templatesOf(personId),
    sync,
    close: () => lifecycle.close(),
  };
}

function idsOf(changes: readonly Change[], entity: Change['entity']): readonly string[] {
  return [...new Set(changes.filter((change) => change.entity === entity).map((change) => change.id))];
}

/** The known persons alone: strangers may be known persons who were not recognised. */
async function knownOf(all: People, embedder: EmbedderInfo): Promise<People> {
  const known = createCentroids(embedder);
  let count = 0;
  for (const personId of Array.from(all.ids())) {
    if (all.kindOf(personId) !== 'known') continue;
    putAll(known, all, personId, 'known');
    if (++count % 200 === 0) await setImmediate();
  }
  return known;
}

/** In one turn: a search must not see a part of it. */
function createCopy(all: People, embedder: EmbedderInfo): People {
  const copy = createCentroids(embedder);
  for (const personId of all.ids()) putAll(copy, all, personId, all.kindOf(personId) ?? 'unknown');
  return copy;
}

function putAll(to: People, from: People, personId: string, kind: PersonKind): void {
  for (const { referenceId, vector } of from.templatesOf(personId)) to.put({ referenceId, personId, kind, vector });
}
