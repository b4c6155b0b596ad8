// The log seen with the eyes of now: after somebody got a name or a photo, after a correction, or as a whole.

import type { DetectionFilter } from '../queries.ts';
import { SYSTEM, type Assignment, type IdentityAction, type LookedBack, type Reconsider } from '../identity-port.ts';
import { decideAgain, tracksOf, type ReconsiderPorts } from './decide-again.ts';
import { mergeInto, regroup, strangersOf } from './regroup.ts';

/** Detections that one entry of the history changes at most, so that a transaction holds nobody up. */
const AT_ONCE = 500;

/** `ports` is asked at each use: after a change of model it answers the new one's. */
export function createReconsider(ports: () => ReconsiderPorts): Reconsider {
  /** Changes as they come, some hundred at a time. `wanted` leaves out what is not asked for. */
  async function go(
    filter: DetectionFilter & { readonly ids?: readonly string[] },
    wanted: (assignment: Assignment) => boolean = () => true,
  ): Promise<{ looked: number; changed: number; entry: number | null; entries: number[] }> {
    const current = ports();
    let looked = 0;
    let changed = 0;
    const entries: number[] = [];
    let waiting: Assignment[] = [];
    async function flush(): Promise<void> {
      if (waiting.length === 0) return;
      const done = await assign(current, waiting, 'regroup');
      waiting = [];
      changed += done.changed;
      if (done.entry !== null) entries.push(done.entry);
      await current.gallery.sync();
    }
    for await (const shots of tracksOf(current, filter)) {
      looked += shots.length;
      const assignment = decideAgain(current.find, shots);
      if (!assignment || !wanted(assignment)) continue;
      waiting.push(assignment);
      // A new stranger has to be found by the next one.
      if (assignment.personId === null || waiting.length >= AT_ONCE) await flush();
    }
    await flush();
    return { looked, changed, entry: entries.at(-1) ?? null, entries };
  }

  return {
    async lookBack(personId): Promise<LookedBack> {
      const current = ports();
      await current.gallery.sync();
      const strangers = await strangersOf(current, personId);
      let sightings = 0;
      const entries: number[] = [];
      for (const stranger of strangers) {
        const merged = await mergeInto(current, stranger, personId, SYSTEM);
        sightings += merged?.detections ?? 0;
        if (merged) entries.push(merged.seq);
      }
      await current.gallery.sync();
      for (const decision of ['unidentified', 'ambiguous'] as const) {
        const found = await go({ decision }, (assignment) => assignment.personId === personId);
        sightings += found.changed;
        entries.push(...found.entries);
      }
      return { sightings, strangers: strangers.length, entry: entries.at(-1) ?? null, entries };
    },
    async anew(ids) {
      await ports().gallery.sync();
      await go({ ids });
    },
    async rerun(filter) {
      await ports().gallery.sync();
      const { looked, changed, entry } = await go(filter);
      return { looked, changed, entry };
    },
    regroup: () => regroup(ports(), SYSTEM),
  };
}

async function assign(
  { store, model, visitGapMs }: ReconsiderPorts,
  assignments: readonly Assignment[],
  action: IdentityAction,
): Promise<{ changed: number; entry: number | null }> {
  const entry = await store.identity.assign(assignments, { actor: SYSTEM, action, model, visitGapMs });
  return { changed: entry?.detections ?? 0, entry: entry?.seq ?? null };
}
