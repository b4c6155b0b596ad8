// What a change of the store says to whom: everything, or less, by the cameras and the people that a listener may see.

import type { Detection, Person } from '../domain.ts';
import type { Change, Store } from '../store-port.ts';
import { runJson } from './action-schemas.ts';
import { alertJson } from './alert-schemas.ts';
import { cameraJson } from './camera-json.ts';
import { detectionJson, personJson } from './json.ts';

export interface Ear {
  /** Null: all. */
  readonly cameras: readonly string[] | null;
  /** False: of persons only what stands in the log. */
  readonly readsPeople: boolean;
}

export interface HubEvent {
  /** Reads what it takes to tell all of these, also who joins them meanwhile. */
  prepare(ears: Iterable<Ear>): Promise<void>;
  /** As it goes over the wire; null: it is none of hers. */
  frameFor(ear: Ear): string | null;
}

/** Null for changes that nobody is told. `detection`: the one that it is about. */
export async function hubEvent(
  store: Pick<Store, 'persons' | 'cameras' | 'actions' | 'alerts'>,
  { seq, topic, entity, action, id }: Change,
  detection: Detection | null,
  now: number,
): Promise<HubEvent | null> {
  if (detection) return atCamera(detection.cameraId, frame(seq, 'detection', detectionJson(detection)));
  if (entity === 'camera') {
    const camera = action === 'remove' ? null : await store.cameras.get(id);
    return atCamera(id, frame(seq, 'camera', { id, action, camera: camera && cameraJson(camera, now) }));
  }
  if (entity === 'run') return ofRun(store, { seq, action, id });
  if (entity === 'alert') {
    const alert = action === 'remove' ? null : await store.alerts.get(id);
    return {
      prepare: () => Promise.resolve(),
      frameFor({ cameras }) {
        const seen = alert && alertJson(alert, cameras);
        // That one is gone says nothing of what it was.
        return seen || action === 'remove' ? frame(seq, 'alert', { id, action, alert: seen }) : null;
      },
    };
  }
  // Rules, channels, deliveries, actions: that there is something new to read, for who may read all of it.
  if (topic === 'alert') {
    const text = frame(seq, entity, { id, action });
    return {
      prepare: () => Promise.resolve(),
      frameFor: ({ cameras, readsPeople }) => (cameras === null && readsPeople ? text : null),
    };
  }
  return entity === 'person' ? ofPerson(store, { seq, action, id }) : null;
}

function atCamera(camera: string, text: string): HubEvent {
  return {
    prepare: () => Promise.resolve(),
    frameFor: ({ cameras }) => (cameras === null || cameras.includes(camera) ? text : null),
  };
}

async function ofRun(
  { actions, persons }: Pick<Store, 'actions' | 'persons'>,
  { seq, action, id }: Pick<Change, 'seq' | 'action' | 'id'>,
): Promise<HubEvent | null> {
  const run = await actions.run(id);
  if (!run) return null;
  const person = run.personId === null ? null : await persons.get(run.personId);
  const told = runJson(run, person?.name ?? null);
  const whole = frame(seq, 'run', { id, action, run: told });
  const brief = frame(seq, 'run', { id, action, run: { ...told, person: null, evidence: [] } });
  return {
    prepare: () => Promise.resolve(),
    frameFor: ({ cameras, readsPeople }) => {
      // By hand at no camera: told to who may see all.
      const isHers = cameras === null || (run.cameraId !== null && cameras.includes(run.cameraId));
      return isHers ? (readsPeople ? whole : brief) : null;
    },
  };
}

/** Strangers whom none of her cameras has seen are nobody to a listener. */
function ofPerson(
  { persons }: Pick<Store, 'persons'>,
  { seq, action, id }: Pick<Change, 'seq' | 'action' | 'id'>,
): HubEvent {
  const seenBy = new Map<string, Person | null>();

  return {
    async prepare(ears) {
      if (action === 'remove') return;
      for (;;) {
        const ear = [...ears].find((one) => !seenBy.has(keyOf(one)));
        if (!ear) return;
        seenBy.set(keyOf(ear), await persons.get(id, ear.cameras));
      }
    },
    frameFor(ear) {
      const person = seenBy.get(keyOf(ear)) ?? null;
      if (person === null && action !== 'remove' && ear.cameras !== null) return null;
      const told = person && (ear.readsPeople ? personJson(person) : briefPerson(person));
      return frame(seq, 'person', { id, action, person: told });
    },
  };
}

function keyOf({ cameras }: Ear): string {
  return JSON.stringify(cameras);
}

/** What the log shows of a person anyway. */
function briefPerson({ id, kind, name, ignored, mergedInto }: Person) {
  return { id, kind, name, ignored, mergedInto };
}

function frame(seq: number, event: string, data: unknown): string {
  return `id: ${seq}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
