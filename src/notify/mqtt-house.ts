// What of the store is shown at a broker: known people, cameras, doors. Kept in memory, read again where something has changed.

import type { MqttSettings } from '../channel-mqtt.ts';
import type { Person, Visit } from '../domain.ts';
import { foldName } from '../fold-name.ts';
import type { Log } from '../log.ts';
import { everyPage } from '../queries.ts';
import type { Change, Store } from '../store-port.ts';
import type { SeenCamera, SeenDoor, SeenHouse, SeenPerson } from './mqtt-devices.ts';

export type HouseStore = Pick<Store, 'persons' | 'visits' | 'cameras' | 'actions' | 'detections'>;

export interface House {
  readonly seen: SeenHouse;
  /** All of it, from the beginning. */
  readAll(): Promise<void>;
  /** What these changes are about. */
  follow(changes: readonly Change[]): Promise<void>;
}

/** Where nothing is shown. */
export const NO_HOUSE: House = {
  seen: { people: [], cameras: [], doors: [] },
  readAll: async () => undefined,
  follow: async () => undefined,
};

/** Three entities each: more are no help to anybody. Those who were seen last. */
const MOST_PEOPLE = 1_000;
const UNDER_WAY = ['asked', 'granted', 'started'];

export function createHouse(store: HouseStore, { groups }: Pick<MqttSettings, 'groups'>, log: Log): House {
  const people = new Map<string, SeenPerson>();
  const cameras = new Map<string, SeenCamera>();
  const doors = new Map<string, SeenDoor>();
  const chosen = new Set(groups.map(foldName));
  let hasWarned = false;

  async function readPeople(): Promise<void> {
    const found = new Map<string, SeenPerson>();
    for await (const page of everyPage((request) => store.persons.list({ kind: 'known', sort: 'seen' }, request))) {
      for (const person of page) if (isShown(person)) found.set(person.id, await seenPerson(person));
      if (found.size >= MOST_PEOPLE) break;
    }
    if (found.size >= MOST_PEOPLE && !hasWarned) {
      hasWarned = true;
      log.warn({ most: MOST_PEOPLE }, 'Home Assistant gets the people who were seen last: name groups to choose.');
    }
    people.clear();
    for (const [id, person] of found) people.set(id, person);
  }

  async function readPerson(id: string): Promise<void> {
    const person = await store.persons.get(id);
    if (person && isShown(person)) people.set(person.id, await seenPerson(person));
    else people.delete(id);
  }

  function isShown({ kind, ignored, consent, mergedInto, groups: hers }: Person): boolean {
    if (kind !== 'known' || ignored || mergedInto !== null) return false;
    if (consent.state === 'refused' || consent.state === 'withdrawn') return false;
    return chosen.size === 0 || hers.some((name) => chosen.has(foldName(name)));
  }

  async function seenPerson({ id, name, lastSeenAt }: Person): Promise<SeenPerson> {
    const known = people.get(id);
    if (lastSeenAt === null) return { id, name, lastSeenAt, cameraName: null };
    // The camera may have another name by now: that is read with the cameras.
    if (known?.lastSeenAt === lastSeenAt) return { ...known, name };
    const [visit] = (await store.visits.list({ personId: id }, { limit: 1 })).items;
    return { id, name, lastSeenAt, cameraName: visit?.cameraName ?? null };
  }

  async function readCameras(): Promise<void> {
    const all = await store.cameras.list();
    const renamed = new Map(all.map(({ id, name }) => [cameras.get(id)?.name, name]));
    for (const [id, person] of people) {
      const name = person.cameraName === null ? null : renamed.get(person.cameraName);
      if (name != null) people.set(id, { ...person, cameraName: name });
    }
    const found = new Map<string, SeenCamera>();
    for (const { id, name } of all) found.set(id, { id, name, last: await lastAt(id) });
    cameras.clear();
    for (const [id, camera] of found) cameras.set(id, camera);
  }

  async function readCamera(id: string): Promise<void> {
    const camera = cameras.get(id);
    if (camera) cameras.set(id, { ...camera, last: await lastAt(id) });
  }

  async function lastAt(cameraId: string): Promise<SeenCamera['last']> {
    const [visit] = (await store.visits.list({ cameraId }, { limit: 1 })).items;
    if (!visit) return null;
    const who = (await maySay(visit)) ? visit.personName : null;
    return { who, at: visit.lastAt, detectionId: visit.bestDetectionId };
  }

  async function maySay({ personId, personKind }: Visit): Promise<boolean> {
    const person = await store.persons.get(personId);
    return person !== null && (personKind === 'known' ? isShown(person) : !person.ignored);
  }

  async function readDoors(): Promise<void> {
    const found = (await store.actions.list()).filter(({ enabled, access }) => enabled && access !== null);
    const seen: SeenDoor[] = [];
    for (const { id, name } of found) {
      const [latest] = (await store.actions.runs({ actionId: id }, { limit: 1 })).items;
      const [opened] = (await store.actions.runs({ actionId: id, state: 'done' }, { limit: 1 })).items;
      const isOpening = latest !== undefined && UNDER_WAY.includes(latest.state);
      seen.push({ id, name, isOpening, openedAt: opened?.doneAt ?? null });
    }
    doors.clear();
    for (const door of seen) doors.set(door.id, door);
  }

  async function readAll(): Promise<void> {
    await readPeople();
    await readCameras();
    await readDoors();
  }

  return {
    get seen() {
      return { people: [...people.values()], cameras: [...cameras.values()], doors: [...doors.values()] };
    },
    readAll,
    async follow(changes) {
      if (changes.some(({ entity }) => entity === 'action' || entity === 'run')) await readDoors();
      const detections = changes.filter(({ entity }) => entity === 'detection');
      const found = await store.detections.byIds(detections.map(({ id }) => id));
      const isCorrected =
        detections.some(({ action }) => action === 'remove') || found.some(({ decidedBy }) => decidedBy === 'human');
      // Whose it was before is not said: whoever it was may have been seen last somewhere else.
      if (isCorrected || changes.some(({ entity }) => entity === 'person')) await readPeople();
      else for (const id of idsOf(found, 'personId')) await readPerson(id);
      if (isCorrected || changes.some(({ entity }) => entity === 'person' || entity === 'camera')) await readCameras();
      else for (const id of idsOf(found, 'cameraId')) await readCamera(id);
    },
  };
}

function idsOf<Key extends 'personId' | 'cameraId'>(
  detections: readonly Readonly<Record<Key, string | null>>[],
  key: Key,
): ReadonlySet<string> {
  return new Set(detections.flatMap((detection) => detection[key] ?? []));
}
