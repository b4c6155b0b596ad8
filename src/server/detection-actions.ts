// What people may say about detections: whose they are, whose they are not, that they are right, that they are no use. All
// that is asked for is checked before anything is changed.

import type { Detection } from '../domain.ts';
import type { Actor, IdentityAction, IdentityEntry } from '../identity-port.ts';
import { KithError } from '../errors.ts';
import { loaded, notFound, type Context } from './context.ts';
import { personInForce } from './people-in-force.ts';

/** A poorer shot that a human gives to somebody is hers, but is nothing to recognise her by. */
const REFERENCE_QUALITY = 0.3;

export interface Said {
  readonly detections: readonly Detection[];
  readonly actor: Actor;
}

export interface DetectionActions {
  /** KithError `not_found`; `conflict` for those that were not classified, or not yet. */
  find(ids: readonly string[]): Promise<readonly Detection[]>;
  /** To a person, or to a new unknown one. */
  move(said: Said, personId: string | null, action?: IdentityAction): Promise<readonly IdentityEntry[]>;
  confirm(said: Said): Promise<readonly IdentityEntry[]>;
  /** Without a person: each is not whom it was taken for. They are decided anew before this answers. */
  notHer(said: Said, personId?: string): Promise<readonly IdentityEntry[]>;
  discard(said: Said): Promise<readonly IdentityEntry[]>;
}

export function createDetectionActions({ ports }: Context): DetectionActions {
  const { store, log } = ports;

  /** The model whose templates new references get. */
  async function modelInForce(): Promise<string> {
    return (await store.models.state()).active ?? ports.engine?.embedder.id ?? '';
  }

  /** They are decided already that it is not her; who it is instead may as well come later. */
  async function decideAnew(ids: readonly string[]): Promise<void> {
    try {
      await loaded(ports.reconsider).anew(ids);
    } catch (error) {
      log.error({ err: error, detections: ids.length }, 'Corrected detections could not be decided anew.');
    }
  }

  return {
    async find(ids) {
      const found = await Promise.all(ids.map((id) => store.detections.get(id)));
      return found.map((detection, i) => {
        if (!detection) throw notFound('detection', ids[i] ?? '');
        return mustBeClassified(detection);
      });
    },

    async move({ detections, actor }, personId, action = 'move') {
      if (personId !== null) await personInForce(store, personId);
      const detectionIds = detections.map(({ id }) => id);
      const [best] = detections.toSorted((a, b) => (b.quality ?? 0) - (a.quality ?? 0));
      // A new person needs something to be found again by, whatever it is worth.
      const isReference = best !== undefined && (personId === null || (best.quality ?? 0) >= REFERENCE_QUALITY);
      const entry = await store.identity.assign(
        [{ detectionIds, personId, ...(isReference && { referenceIds: [best.id] }) }],
        { actor, action, model: await modelInForce(), visitGapMs: ports.visitGapMs },
      );
      return entry ? [entry] : [];
    },

    async confirm({ detections, actor }) {
      for (const { id, personId } of detections) {
        if (personId === null) {
          throw new KithError(
            'conflict',
            `The detection ${JSON.stringify(id)} is nobody's, so there is nothing to confirm: move it to a person.`,
          );
        }
      }
      return [
        await store.identity.confirm(
          detections.map(({ id }) => id),
          actor,
        ),
      ];
    },

    async notHer({ detections, actor }, personId) {
      loaded(ports.reconsider);
      if (personId !== undefined) await personInForce(store, personId);
      const entries: IdentityEntry[] = [];
      for (const [id, ids] of byPerson(detections, personId)) {
        entries.push(await store.identity.notHer(ids, id, { actor, visitGapMs: ports.visitGapMs }));
      }
      await decideAnew(detections.map(({ id }) => id));
      return entries;
    },

    async discard({ detections, actor }) {
      const detectionIds = detections.map(({ id }) => id);
      return [await store.identity.discard({ detectionIds }, { actor, visitGapMs: ports.visitGapMs })];
    },
  };
}

/** KithError `conflict` says why nothing can be said about it. */
function mustBeClassified(detection: Detection): Detection {
  const { id, state, reason } = detection;
  if (state === 'classified') return detection;
  const why = {
    pending: 'is still pending, so nobody knows yet who it is: try again in a moment.',
    rejected: `was rejected, so it is nobody: ${reason?.message ?? 'no usable face.'}`,
    failed: `has failed, so it is nobody: ${reason?.message ?? 'an error.'}`,
  }[state];
  const hint = reason?.code === 'discarded' ? ' Undo that in the history to have it back.' : '';
  throw new KithError('conflict', `The detection ${JSON.stringify(id)} ${why}${hint}`);
}

function byPerson(detections: readonly Detection[], given?: string): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { id, personId } of detections) {
    const person = given ?? personId;
    if (person === null) {
      throw new KithError(
        'conflict',
        `The detection ${JSON.stringify(id)} is nobody's: say with "person" who it is not.`,
      );
    }
    groups.set(person, [...(groups.get(person) ?? []), id]);
  }
  return groups;
}
