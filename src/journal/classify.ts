// One face into the log: search, decide, settle. Only one at a time in a process: two shots of the same stranger that arrive
// together must not make two persons (between processes the store's `stale` sees to that).

import type { AlertPlanner } from '../alert-port.ts';
import type { Decision, Detection, Face, Match } from '../domain.ts';
import type { Gallery } from '../gallery-port.ts';
import type { Outcome, Settled, Store } from '../store-port.ts';
import { tooPoor, worthKeeping } from './rules.ts';
import { decideTrack, SHOTS_TOGETHER, type Find, type Meant, type TrackDecision } from './track.ts';

export interface ClassifyPorts {
  readonly store: Pick<Store, 'detections' | 'persons'>;
  readonly gallery: Pick<Gallery, 'sync'>;
  readonly find: Find;
  readonly model: string;
  readonly worker: string;
  readonly visitGapMs: number;
  /** Who is told of it. */
  readonly alerts?: AlertPlanner | undefined;
  readonly clock: () => number;
}

/** The gallery may change again while the search is repeated; so often it does not. */
const MOST_REPEATS = 50;

export async function classify(
  ports: ClassifyPorts,
  detection: Detection,
  shot: { readonly face: Face; readonly template: Float32Array; readonly guessed: boolean },
): Promise<Settled> {
  const { store, gallery, worker, model } = ports;
  const { cameraId, trackId } = detection;
  for (let repeats = 0; repeats < MOST_REPEATS; repeats++) {
    const earlier =
      trackId === null ? [] : await store.detections.shotsOfTrack(cameraId, trackId, model, SHOTS_TOGETHER);
    const probe = { vector: shot.template, weight: shot.face.quality.total };
    const decided = decideTrack(ports.find, probe, earlier);
    const outcome = await outcomeOf(ports, shot, decided);
    const settled = await store.detections.settle(worker, detection.id, outcome, ports.clock());
    // The next search shall find this stranger; had it to learn that from `stale`, it would work twice.
    const learned =
      settled.result === 'done' &&
      outcome.state === 'classified' &&
      (outcome.decision === 'new' || outcome.keepReference || decided.alsoIds.length > 0);
    if (learned || settled.result === 'stale') await gallery.sync();
    if (settled.result !== 'stale') return settled;
  }
  throw new Error(`The gallery changed ${MOST_REPEATS} times while one detection was classified.`);
}

async function outcomeOf(
  ports: ClassifyPorts,
  { face, template, guessed }: { face: Face; template: Float32Array; guessed: boolean },
  { meant, match, galleryVersion, alsoIds }: TrackDecision,
): Promise<Outcome> {
  const quality = face.quality.total;
  if (guessed && typeof meant === 'string') {
    return { state: 'rejected', code: 'no_face', message: 'No face was found in this picture.', quality: null };
  }
  const poor = meant === 'nobody' ? tooPoor(face.quality) : undefined;
  const person = typeof meant === 'string' ? undefined : meant;
  return {
    state: 'classified',
    match,
    decision: decisionOf(meant, poor !== undefined),
    personId: person?.id ?? null,
    galleryVersion,
    template: { model: ports.model, vector: template },
    quality,
    keepReference: person !== undefined && !guessed && (await keeps(ports, person, match, face)),
    visitGapMs: ports.visitGapMs,
    ...(ports.alerts && { alerts: ports.alerts }),
    // A poor shot makes nobody, and so takes nobody away from the earlier ones.
    alsoIds: poor === undefined ? alsoIds : [],
    ...(poor !== undefined && { reason: { code: 'too_poor', message: poor } }),
  };
}

function decisionOf(meant: TrackDecision['meant'], poor: boolean): Decision {
  if (meant === 'ambiguous') return 'ambiguous';
  if (meant === 'nobody') return poor ? 'unidentified' : 'new';
  return meant.kind;
}

async function keeps({ store }: ClassifyPorts, person: Meant, match: Match, face: Face): Promise<boolean> {
  const shot = { kind: person.kind, personId: person.id, match, quality: face.quality };
  // The count costs a query: asked only where the rest speaks for keeping.
  if (!worthKeeping({ ...shot, references: 0 })) return false;
  return worthKeeping({ ...shot, references: (await store.persons.get(person.id))?.references ?? Infinity });
}
