// One face into the log: search, decide, settle. Only one at a time in a process: two shots of the same stranger that arrive
// together must not make two persons (between processes the store's `stale` sees to that).

import type { Detection, Face, Gallery, Match, PersonKind } from '../domain.ts';
import type { Settled, Store } from '../store-port.ts';
import { tooPoor, worthKeeping } from './rules.ts';

/** The pipeline's: what a search finds right now. */
export type Find = (template: Float32Array) => { readonly match: Match; readonly galleryVersion: number };

export interface ClassifyPorts {
  readonly store: Pick<Store, 'detections' | 'persons'>;
  readonly gallery: Pick<Gallery, 'sync' | 'kindOf'>;
  readonly find: Find;
  readonly model: string;
  readonly worker: string;
  readonly visitGapMs: number;
  readonly clock: () => number;
}

/** The gallery may change again while the search is repeated; so often it does not. */
const MOST_REPEATS = 50;
const MOST_SHOTS = 100;

export async function classify(
  ports: ClassifyPorts,
  detection: Detection,
  { face, template }: { face: Face; template: Float32Array },
): Promise<Settled> {
  const { store, gallery, worker } = ports;
  for (let repeats = 0; repeats < MOST_REPEATS; repeats++) {
    const { match, galleryVersion } = ports.find(template);
    const person = (match.decision !== 'new' && asPerson(match)) || (await personOfTrack(ports, detection));
    const poor = person ? undefined : tooPoor(face.quality);
    if (poor !== undefined) {
      const outcome = { state: 'rejected', code: 'too_poor', message: poor, quality: face.quality.total } as const;
      return store.detections.settle(worker, detection.id, outcome, ports.clock());
    }
    const keepReference = person !== undefined && (await keeps(ports, person, match, face));
    const settled = await store.detections.settle(
      worker,
      detection.id,
      {
        state: 'classified',
        // Of a track whose person is known the nearest and the distances stay what the search found.
        match: { ...match, decision: person?.kind ?? 'new' },
        decision: person?.kind ?? 'new',
        personId: person?.id ?? null,
        galleryVersion,
        template: { model: ports.model, vector: template },
        quality: face.quality.total,
        keepReference,
        visitGapMs: ports.visitGapMs,
      },
      ports.clock(),
    );
    // The next search shall find this stranger; had it to learn that from `stale`, it would work twice.
    const learned = settled.result === 'done' && (person === undefined || keepReference);
    if (learned || settled.result === 'stale') await gallery.sync();
    if (settled.result !== 'stale') return settled;
  }
  throw new Error(`The gallery changed ${MOST_REPEATS} times while one detection was classified.`);
}

interface Meant {
  readonly id: string;
  readonly kind: PersonKind;
}

function asPerson({ decision, nearest }: Match): Meant | undefined {
  if (nearest === null || (decision !== 'known' && decision !== 'unknown')) return undefined;
  return { id: nearest.personId, kind: decision };
}

/** A track is one face: when nobody is near enough, its person is who it was in the shots before. */
async function personOfTrack(ports: ClassifyPorts, detection: Detection): Promise<Meant | undefined> {
  const { store, gallery } = ports;
  if (detection.trackId === null) return undefined;
  const shots = await store.detections.shotsOfTrack(detection.cameraId, detection.trackId, ports.model, MOST_SHOTS);
  const times = new Map<string, number>();
  for (const { personId } of shots) if (personId !== null) times.set(personId, (times.get(personId) ?? 0) + 1);
  const most = Math.max(...times.values());
  // Equally many: the one seen last.
  const id = shots.findLast(({ personId }) => personId !== null && times.get(personId) === most)?.personId ?? null;
  if (id === null) return undefined;
  const kind = gallery.kindOf(id) ?? (await store.persons.get(id))?.kind;
  return kind && { id, kind };
}

async function keeps({ store }: ClassifyPorts, person: Meant, match: Match, face: Face): Promise<boolean> {
  const shot = { kind: person.kind, personId: person.id, match, quality: face.quality };
  // The count costs a query: asked only where the rest speaks for keeping.
  if (!worthKeeping({ ...shot, references: 0 })) return false;
  return worthKeeping({ ...shot, references: (await store.persons.get(person.id))?.references ?? Infinity });
}
