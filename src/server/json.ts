// The words of the domain as the API's JSON: the only place where the two are mapped onto each other.

import type {
  ApiKey,
  Detection,
  Face,
  Match,
  Person,
  Quality,
  Reference,
  Sighting,
  Undecided,
  Visit,
} from '../domain.ts';
import type { GateVerdict } from '../gallery-port.ts';
import type { Import, ImportedPhoto } from '../store-port.ts';
import type { CaptureClock } from './capture-clock.ts';
import type {
  DetectionJson,
  DetectionMeta,
  FaceJson,
  IdentifiedJson,
  ImportedPhotoJson,
  ImportJson,
  KeyJson,
  NearJson,
  PersonJson,
  QualityJson,
  ReceiptJson,
  ReferenceJson,
  VisitJson,
} from './schemas.ts';

/** Where the API begins; pictures are named by their address. */
export const API = '/api/v1';

/** KithError `invalid` for a time that cannot be. */
export function sightingOf(meta: DetectionMeta, clock: CaptureClock): Sighting {
  const { box, points, sentAt } = meta;
  return {
    id: meta.id,
    cameraId: meta.camera,
    trackId: meta.track ?? null,
    capturedAt: clock.timeOf(
      meta.camera,
      Date.parse(meta.capturedAt),
      sentAt === undefined ? null : Date.parse(sentAt),
    ),
    // The schema has counted the numbers.
    box: box ? (box as unknown as Sighting['box']) : null,
    points: points ? (points as unknown as Sighting['points']) : null,
    zones: [...new Set(meta.zones ?? [])],
  };
}

export function receiptJson(detection: Detection): ReceiptJson {
  return {
    id: detection.id,
    seq: detection.seq,
    camera: detection.cameraId,
    track: detection.trackId,
    capturedAt: time(detection.capturedAt),
    receivedAt: time(detection.receivedAt),
    picture: detectionPicture(detection.id),
  };
}

export function detectionJson(detection: Detection): DetectionJson {
  const { personId, personName, personKind, decision, distance, runnerUpDistance } = detection;
  const nearest = near(detection.nearestId, detection.nearestName, distance);
  const runnerUp = near(detection.runnerUpId, detection.runnerUpName, runnerUpDistance);
  return {
    ...receiptJson(detection),
    classifiedAt: maybeTime(detection.classifiedAt),
    state: detection.state,
    box: detection.box ? [...detection.box] : null,
    zones: [...detection.zones],
    person: personId && personKind ? { id: personId, name: personName ?? '', kind: personKind } : null,
    decision,
    decidedBy: detection.decidedBy,
    nearest,
    distance: rounded(distance),
    runnerUp,
    candidates: decision === 'ambiguous' && nearest && runnerUp ? [nearest, runnerUp] : null,
    margin: distance === null || runnerUpDistance === null ? null : rounded(runnerUpDistance - distance),
    quality: rounded(detection.quality),
    model: detection.model,
    visit: detection.visitId,
    reason: detection.reason ? { ...detection.reason } : null,
  };
}

export function personJson(person: Person): PersonJson {
  return {
    id: person.id,
    kind: person.kind,
    name: person.name,
    createdAt: time(person.createdAt),
    lastSeenAt: maybeTime(person.lastSeenAt),
    references: person.references,
    ignored: person.ignored,
    attributes: { ...person.attributes },
    mergedInto: person.mergedInto,
    groups: [...person.groups],
    consent: { ...person.consent, at: maybeTime(person.consent.at) },
    version: person.version,
    picture: person.portrait && portraitOf(person.portrait),
  };
}

function portraitOf({ kind, id }: NonNullable<Person['portrait']>): string {
  return kind === 'reference' ? `${API}/references/${encodeURIComponent(id)}/picture` : detectionPicture(id);
}

export function referenceJson(reference: Reference): ReferenceJson {
  return {
    id: reference.id,
    person: reference.personId,
    source: reference.source,
    detection: reference.detectionId,
    quality: round(reference.quality),
    warnings: [...reference.warnings],
    createdAt: time(reference.createdAt),
    picture: referencePicture(reference.id),
  };
}

export function verdictJson({ verdict, findings }: GateVerdict): Pick<ImportedPhotoJson, 'verdict' | 'findings'> {
  return { verdict, findings: findings.map(({ code, message }) => ({ code, message })) };
}

export function importJson({ id, source, createdAt, updatedAt, counts }: Import): ImportJson {
  return { id, source, createdAt: time(createdAt), updatedAt: time(updatedAt), counts: { ...counts } };
}

export function importedPhotoJson(photo: ImportedPhoto): ImportedPhotoJson {
  const { file, name, personId, referenceId } = photo;
  return { file, name, person: personId, reference: referenceId, ...verdictJson(photo) };
}

export function qualityJson(quality: Quality): QualityJson {
  return {
    total: round(quality.total),
    reason: quality.reason,
    size: round(quality.size),
    sharpness: round(quality.sharpness),
    light: round(quality.light),
    contrast: round(quality.contrast),
    pose: round(quality.pose),
    occlusion: round(quality.occlusion),
    eyes: round(quality.eyes),
    mouth: round(quality.mouth),
  };
}

export function faceJson(face: Face): FaceJson {
  const { yaw, pitch, roll } = face.pose;
  return {
    box: face.box.map(round),
    score: round(face.score),
    points: face.points.map((point) => point.map(round)),
    pose: { yaw: round(yaw), pitch: round(pitch), roll: round(roll) },
    quality: qualityJson(face.quality),
  };
}

/** `persons`: the nearest and the runner-up, as far as they still exist. */
export function identifiedJson(face: Face, match: Match, persons: ReadonlyMap<string, Person>): IdentifiedJson {
  const { decision } = match;
  const person = match.nearest && persons.get(match.nearest.personId);
  const second = match.runnerUp && persons.get(match.runnerUp.personId);
  const nearest = person && match.nearest ? near(person.id, person.name, match.nearest.distance) : null;
  const runnerUp = second && match.runnerUp ? near(second.id, second.name, match.runnerUp.distance) : null;
  const isMeant = decision === 'known' || decision === 'unknown';
  return {
    box: face.box.map(round),
    score: round(face.score),
    quality: qualityJson(face.quality),
    person: person && isMeant ? { id: person.id, name: person.name, kind: person.kind } : null,
    decision,
    nearest,
    distance: rounded(match.nearest?.distance ?? null),
    margin: rounded(match.margin),
    threshold: match.threshold,
    runnerUp,
    candidates: decision === 'ambiguous' && nearest && runnerUp ? [nearest, runnerUp] : null,
  };
}

/** One of the persons that a face is near to. */
function near(id: string | null, name: string | null, distance: number | null): NearJson | null {
  return id === null ? null : { person: { id, name: name ?? '' }, distance: rounded(distance) };
}

export function visitJson(visit: Visit): VisitJson {
  return {
    id: visit.id,
    person: { id: visit.personId, name: visit.personName, kind: visit.personKind },
    ...seenJson(visit),
  };
}

/** What a visit and an undecided track have in common. */
export function seenJson(seen: Visit | Undecided): Omit<VisitJson, 'id' | 'person'> {
  const { decision, decidedBy, quality, ...best } = seen.best;
  const nearest = near(best.nearestId, best.nearestName, best.distance);
  const runnerUp = near(best.runnerUpId, best.runnerUpName, best.runnerUpDistance);
  return {
    camera: seen.cameraId,
    cameraName: seen.cameraName,
    firstAt: time(seen.firstAt),
    lastAt: time(seen.lastAt),
    detections: seen.detections,
    bestDetection: seen.bestDetectionId,
    picture: detectionPicture(seen.bestDetectionId),
    decision,
    decidedBy,
    distance: rounded(best.distance),
    candidates: decision === 'ambiguous' && nearest && runnerUp ? [nearest, runnerUp] : null,
    quality: rounded(quality),
  };
}

export function keyJson(key: ApiKey): KeyJson {
  return {
    id: key.id,
    name: key.name,
    scopes: [...key.scopes],
    camera: key.cameraId,
    createdAt: time(key.createdAt),
    lastUsedAt: maybeTime(key.lastUsedAt),
  };
}

export function time(ms: number): string {
  return new Date(ms).toISOString();
}

/** Four digits: more would be noise of the arithmetic. */
export function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

function rounded(value: number | null): number | null {
  return value === null ? null : round(value);
}

export function maybeTime(ms: number | null): string | null {
  return ms === null ? null : time(ms);
}

export function referencePicture(id: string): string {
  return `${API}/references/${encodeURIComponent(id)}/picture`;
}

export function detectionPicture(id: string): string {
  return `${API}/detections/${encodeURIComponent(id)}/picture`;
}
