// An alert as a message: rendered when it is sent and each time it is changed, from the alert and the log as they are then.

import type { Action } from '../action-port.ts';
import type { Alert, Calendar } from '../alert-port.ts';
import type { AnswerKind, Message, MessageCandidate, MessageSighting } from '../channel-port.ts';
import type { Detection, PictureCodec, PictureStore } from '../domain.ts';
import { KithError } from '../errors.ts';
import type { Store } from '../store-port.ts';
import { decisionText, listText, localTimeText, sightingsTitle, silenceTitle, whoText } from './message-words.ts';
import { createFittedPictures } from './fitted-pictures.ts';

export interface MessagePorts {
  readonly store: Pick<Store, 'alerts' | 'detections' | 'persons' | 'cameras' | 'rules' | 'actions'>;
  readonly pictures: Pick<PictureStore, 'get'>;
  readonly codec: PictureCodec;
  readonly clock: () => number;
  /** Under it somebody is named; null where this process has no models. */
  readonly threshold: () => number | null;
  /** Where people reach the panel; null where nobody has said so. */
  readonly publicUrl: () => string | null;
  readonly pictureUrl: (detectionId: string) => string | null;
}

export interface Messages {
  /** Null once the alert is gone: what it told of was erased. */
  render(id: string, alertId: string): Promise<Message | null>;
}

/** What many messages have in common. */
interface Surroundings {
  readonly cameras: ReadonlyMap<string, string>;
  readonly calendar: Calendar;
  readonly doors: readonly Action[];
}

/** Many messages at once read names and calendar once. */
const KEEP_MS = 2000;
/** A burst shows the first ones. */
const MOST_SIGHTINGS = 20;
const MOST_LINES = 5;

export function createMessages(ports: MessagePorts): Messages {
  const { store, clock } = ports;
  const fitted = createFittedPictures(ports);
  let kept: { readonly at: number; readonly surroundings: Promise<Surroundings> } | undefined;

  function surroundings(): Promise<Surroundings> {
    const now = clock();
    if (!kept || now - kept.at >= KEEP_MS || now < kept.at) {
      const entry = { at: now, surroundings: read() };
      // What could not be read is read again.
      entry.surroundings.catch(() => {
        if (kept === entry) kept = undefined;
      });
      kept = entry;
    }
    return kept.surroundings;
  }

  async function read(): Promise<Surroundings> {
    const [cameras, calendar, actions] = await Promise.all([
      store.cameras.list(),
      store.rules.calendar(),
      store.actions.list(),
    ]);
    return {
      cameras: new Map(cameras.map(({ id, name }) => [id, name])),
      calendar,
      doors: actions.filter(({ enabled, access }) => enabled && access !== null),
    };
  }

  function sightingOf(detection: Detection, { cameras, calendar }: Surroundings): MessageSighting {
    const { id, cameraId, personId, personName, personKind, picture, zones } = detection;
    return {
      detectionId: id,
      visitId: detection.visitId,
      cameraId,
      cameraName: cameras.get(cameraId) ?? cameraId,
      zones,
      at: detection.capturedAt,
      localTime: localTimeText(calendar.timeZone, detection.capturedAt),
      person:
        personId === null || personName === null
          ? null
          : { id: personId, name: personName, known: personKind === 'known' },
      words: decisionText(detection, ports.threshold()),
      candidates: candidatesOf(detection),
      picture: (maxBytes, maxSide) => fitted(picture, maxBytes, maxSide),
      pictureUrl: ports.pictureUrl(id),
    };
  }

  async function titleOf(
    alert: Alert,
    detections: readonly Detection[],
    sightings: readonly MessageSighting[],
    { cameras, calendar }: Surroundings,
  ): Promise<string> {
    if (sightings.length > 0) return sightingsTitle(detections.map(whoText), sightings);
    const { cameraId, personId } = alert;
    return silenceTitle(alert, {
      person: personId === null ? null : ((await store.persons.get(personId))?.name ?? 'Somebody'),
      camera: cameraId === null ? null : (cameras.get(cameraId) ?? cameraId),
      time: (at) => localTimeText(calendar.timeZone, at),
    });
  }

  return {
    async render(id, alertId) {
      const alert = await store.alerts.get(alertId);
      if (!alert) return null;
      const around = await surroundings();
      const ids = alert.sightings.slice(0, MOST_SIGHTINGS).map(({ detectionId }) => detectionId);
      const found = new Map((await store.detections.byIds(ids)).map((detection) => [detection.id, detection]));
      const detections = ids.flatMap((one) => found.get(one) ?? []);
      const sightings = detections.map((detection) => sightingOf(detection, around));
      const doors = doorsOf(sightings, around);
      const origin = ports.publicUrl();
      return {
        id,
        alert,
        title: await titleOf(alert, detections, sightings, around),
        lines: linesOf(alert, detections, sightings),
        sightings,
        outcomes: alert.outcomes.map(
          ({ at, by, text }) => `${localTimeText(around.calendar.timeZone, at)}, ${by}: ${text}`,
        ),
        answers: answersOf(detections[0], doors.length > 0),
        doors,
        link: origin === null ? null : `${origin}/alerts/${encodeURIComponent(alert.id)}`,
        isTest: false,
      };
    },
  };
}

/** The picture; null once it was erased: the message goes without it. */
export async function pictureOf(
  sighting: MessageSighting,
  maxBytes: number,
  maxSide: number,
): Promise<Uint8Array | null> {
  try {
    return await sighting.picture(maxBytes, maxSide);
  } catch (error) {
    if (error instanceof KithError && (error.code === 'not_found' || error.code === 'invalid')) return null;
    throw error;
  }
}

/** Whom else it may be, as the log says it. */
function candidatesOf(detection: Detection): readonly MessageCandidate[] {
  const { personId, nearestId, nearestName, distance, runnerUpId, runnerUpName, runnerUpDistance } = detection;
  return [
    { personId: nearestId, name: nearestName, distance },
    { personId: runnerUpId, name: runnerUpName, distance: runnerUpDistance },
  ].flatMap((one) =>
    one.personId === null || one.name === null || one.personId === personId
      ? []
      : [{ personId: one.personId, name: one.name, distance: one.distance }],
  );
}

function linesOf(
  alert: Alert,
  detections: readonly Detection[],
  sightings: readonly MessageSighting[],
): readonly string[] {
  const lines: string[] = [];
  const [first] = sightings;
  if (first && alert.sightings.length === 1) lines.push(`${first.localTime}: ${first.words}${zonesText(first)}`);
  else {
    for (const [i, sighting] of sightings.slice(0, MOST_LINES).entries()) {
      const { localTime, cameraName, words } = sighting;
      const detection = detections[i];
      if (detection) lines.push(`${localTime}, ${cameraName}${zonesText(sighting)}: ${whoText(detection)}, ${words}`);
    }
    const more = alert.sightings.length - Math.min(sightings.length, MOST_LINES);
    if (more > 0) lines.push(`And ${more} more.`);
  }
  if (alert.event === 'ignored') lines.push('This person is ignored.');
  lines.push(`Rule: ${alert.ruleName}`);
  return lines;
}

/** ", in till and back door"; nothing where no zone has a name. */
function zonesText({ zones }: MessageSighting): string {
  return zones.length === 0 ? '' : `, in ${listText(zones)}`;
}

/** Those whose policy lets somebody in at one of these cameras. */
function doorsOf(sightings: readonly MessageSighting[], { doors }: Surroundings): Message['doors'] {
  const cameras = new Set(sightings.map(({ cameraId }) => cameraId));
  return doors
    .filter(({ access }) => access?.cameras.some((id) => cameras.has(id)) === true)
    .map(({ id, name }) => ({ id, name }));
}

/** What can be said about the first sighting. */
function answersOf(first: Detection | undefined, hasDoor: boolean): readonly AnswerKind[] {
  if (!first) return ['snooze'];
  const open: readonly AnswerKind[] = hasDoor ? ['open'] : [];
  if (first.personId === null) return ['is', 'new', ...open, 'snooze'];
  return first.personKind === 'known'
    ? ['is', 'not_her', ...open, 'snooze']
    : ['is', 'new', 'merge', 'not_her', 'ignore', ...open, 'snooze'];
}
