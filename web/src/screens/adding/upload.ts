// Sends the photos of a plan through /imports, a few at a time: can be paused, waits while Kith is away, and goes on where the same source
// was broken off before. A store outside React, so that nothing of it depends on what is on the screen.

import { isKithError } from '../../../../src/errors.ts';
import { api, ApiError, dataOf, postForm, type Schemas } from '../../api/client.ts';
import { messageOf } from '../../parts/notices.tsx';
import type { PlannedPhoto } from './plan.ts';

export type Verdict = Schemas['ImportedPhoto']['verdict'];

export interface PhotoResult {
  readonly photo: PlannedPhoto;
  readonly verdict: Verdict;
  readonly findings: Schemas['ImportedPhoto']['findings'];
  readonly person: string | null;
  readonly reference: string | null;
}

/** `away`: nobody answers, it is tried again; `broken`: something is wrong that is not the photos'. */
export type UploadState = 'running' | 'paused' | 'away' | 'broken' | 'done';

export interface Upload {
  readonly state: UploadState;
  /** Why it is broken. */
  readonly reason: string;
  readonly total: number;
  readonly results: readonly PhotoResult[];
  readonly counts: Readonly<Record<Verdict, number>>;
  /** How many were on record from before. */
  readonly takenUp: number;
}

export interface Uploader {
  readonly now: () => Upload;
  readonly subscribe: (listener: () => void) => () => void;
  pause(): void;
  resume(): void;
  /** Looks at these again; `force` takes what the gate would refuse but for the operator. */
  again(results: readonly PhotoResult[], force: boolean): void;
  /** Nothing more is sent. */
  close(): void;
}

const AT_ONCE = 3;
const AWAY_MS = 2000;
const TELL_MS = 100;
/** One photo may be too much for the engine; when all are, it is not the photos. */
const INTERNAL_IN_A_ROW = 5;
const REASON_MOST = 500;

export function openUpload(source: string, photos: readonly PlannedPhoto[]): Uploader {
  const results = new Map<string, PhotoResult>();
  const listeners = new Set<() => void>();
  const ending = new AbortController();
  let queue: { readonly photo: PlannedPhoto; readonly force: boolean }[] = photos.map((photo) => ({
    photo,
    force: false,
  }));
  let state: UploadState = 'running';
  let reason = '';
  let importId: string | null = null;
  let takenUp = 0;
  let inARow = 0;
  let working = 0;
  let wanted = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let shown = snapshot();

  function snapshot(): Upload {
    const all = [...results.values()];
    const counts = { accepted: 0, warned: 0, refused: 0 };
    for (const { verdict } of all) counts[verdict] += 1;
    return { state, reason, total: photos.length, results: all, counts, takenUp };
  }

  /** A burst of answers is shown once. */
  function tell(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      shown = snapshot();
      for (const listener of listeners) listener();
    }, TELL_MS);
  }

  function become(next: UploadState): void {
    state = next;
    tell();
  }

  /** What is on record already is not looked at twice. */
  async function begin(): Promise<string> {
    const { signal } = ending;
    const { id } = await dataOf(api.POST('/api/v1/imports', { body: { source }, signal }));
    const byFile = new Map(photos.map((photo) => [photo.file, photo]));
    let cursor: string | null = null;
    do {
      const query: { limit: number; cursor?: string } = { limit: 500, ...(cursor !== null && { cursor }) };
      const page: { items: Schemas['ImportedPhoto'][]; next: string | null } = await dataOf(
        api.GET('/api/v1/imports/{id}/photos', { params: { path: { id }, query }, signal }),
      );
      for (const { file, name, ...result } of page.items) {
        const photo = byFile.get(file);
        if (photo && photo.name === name) results.set(file, { photo, ...result });
      }
      cursor = page.next;
    } while (cursor !== null);
    takenUp = results.size;
    queue = queue.filter(({ photo }) => !results.has(photo.file));
    tell();
    return id;
  }

  async function send(id: string, photo: PlannedPhoto, force: boolean): Promise<void> {
    const form = new FormData();
    const { file, name, attributes } = photo;
    const meta = { file, name, attributes, force };
    try {
      form.set('image', await photo.read(ending.signal), 'photo');
      form.set('meta', JSON.stringify(meta));
    } catch (error) {
      ending.signal.throwIfAborted();
      // The file may have been moved or changed since it was chosen.
      const unreadable = (isKithError(error) ? error.message : `The file cannot be read (${messageOf(error)}).`).slice(
        0,
        REASON_MOST,
      );
      form.set('meta', JSON.stringify({ ...meta, unreadable }));
    }
    const path = `/api/v1/imports/${encodeURIComponent(id)}/photos`;
    const answer = await postForm<Schemas['ImportedPhoto']>(path, form, ending.signal);
    const { verdict, findings, person, reference } = answer;
    results.set(file, { photo, verdict, findings, person, reference });
    inARow = 0;
    tell();
  }

  /** What is wrong with this photo only leaves the others alone. */
  function failed(photo: PlannedPhoto, error: ApiError): void {
    const findings = [{ code: 'unreadable' as const, message: error.message }];
    results.set(photo.file, { photo, verdict: 'refused', findings, person: null, reference: null });
    if (error.status >= 500 && ++inARow >= INTERNAL_IN_A_ROW) breakOff(error);
    tell();
  }

  function breakOff(error: unknown): void {
    reason = messageOf(error);
    become('broken');
  }

  async function worker(): Promise<void> {
    while (state === 'running') {
      const next = queue.shift();
      if (!next) return;
      try {
        if (importId === null) throw new Error('A photo was sent before its import was there.');
        await send(importId, next.photo, next.force);
      } catch (error) {
        if (ending.signal.aborted) return;
        if (isAway(error)) {
          queue.unshift(next);
          if (state === 'running') become('away');
        } else if (error instanceof ApiError && ![401, 403, 404].includes(error.status)) {
          failed(next.photo, error);
        } else {
          queue.unshift(next);
          breakOff(error);
        }
      }
    }
  }

  /** Runs until there is nothing left or it is stopped; one at a time. */
  async function run(): Promise<void> {
    if (working > 0) {
      wanted = true;
      return;
    }
    working += 1;
    try {
      importId ??= await begin();
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      if (state === 'running' && queue.length === 0) become('done');
    } catch (error) {
      if (ending.signal.aborted) return;
      if (isAway(error)) become('away');
      else breakOff(error);
    } finally {
      working -= 1;
    }
    if (state === 'away') {
      await new Promise((resolve) => setTimeout(resolve, AWAY_MS));
      if (state === 'away' && !ending.signal.aborted) resume();
    } else if (wanted) {
      wanted = false;
      if (state === 'running') void run();
    }
  }

  function resume(): void {
    if (ending.signal.aborted) return;
    inARow = 0;
    become('running');
    void run();
  }

  void run();
  return {
    now: () => shown,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    pause() {
      if (state === 'running' || state === 'away') become('paused');
    },
    resume,
    again(some, force) {
      for (const { photo } of some) results.delete(photo.file);
      queue.push(...some.map(({ photo }) => ({ photo, force })));
      resume();
    },
    close() {
      ending.abort();
      clearTimeout(timer);
      listeners.clear();
    },
  };
}

function isAway(error: unknown): boolean {
  return error instanceof ApiError && [0, 429, 502, 503, 504].includes(error.status);
}
