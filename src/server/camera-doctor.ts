// The doctor's visits to cameras: one at a time for each, how far it is, and the last result, in the memory of this process.

import type { CameraSettings } from '../camera-settings.ts';
import type { Diagnosis } from '../camera-trial.ts';
import { isKithError, KithError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { CameraSight } from './camera-sight.ts';
import type { DiagnosisJson, DoctorJson } from './camera-trial-schemas.ts';
import { round, time } from './json.ts';

export interface CameraDoctor {
  /** KithError `conflict` while one is with this camera. Answers when it has begun. */
  begin(camera: CameraSettings, wish: { readonly seconds: number; readonly showFaces: boolean }): DoctorJson;
  /** Ends it early; answers when what was seen until then is told. */
  stop(camera: string): Promise<DoctorJson>;
  of(camera: string): DoctorJson;
  picture(camera: string): Uint8Array | null;
  forget(camera: string): void;
  close(): void;
}

interface Visit {
  state: 'running' | 'done' | 'failed';
  readonly seconds: number;
  watched: number;
  faces: number;
  reason: string | null;
  readonly stop: AbortController;
  ended: Promise<void> | null;
}

/** Pictures of so many cameras are kept. */
const MOST = 50;

export function createCameraDoctor(sight: () => CameraSight, log: Log): CameraDoctor {
  const visits = new Map<string, Visit>();
  const results = new Map<string, Diagnosis>();

  function of(camera: string): DoctorJson {
    const visit = visits.get(camera);
    const result = results.get(camera);
    return {
      state: visit?.state ?? 'never',
      seconds: visit?.seconds ?? null,
      watched: round(visit?.watched ?? 0),
      faces: visit?.faces ?? 0,
      reason: visit?.reason ?? null,
      result: result ? diagnosisJson(result) : null,
    };
  }

  async function watch(visit: Visit, camera: CameraSettings, showFaces: boolean): Promise<void> {
    const { seconds, stop } = visit;
    const onProgress = (watched: number, faces: number): void => void Object.assign(visit, { watched, faces });
    try {
      const result = await sight().examine(camera, { seconds, showFaces, signal: stop.signal, onProgress });
      // Removed meanwhile.
      if (visits.get(camera.id) !== visit) return;
      results.delete(camera.id);
      results.set(camera.id, result);
      for (const oldest of results.keys()) if (results.size > MOST) results.delete(oldest);
      visit.state = 'done';
    } catch (error) {
      visit.reason = isKithError(error) ? error.message : 'Something went wrong: the log of Kith says what.';
      if (!isKithError(error)) log.error({ err: error, camera: camera.id }, 'The doctor failed.');
      visit.state = 'failed';
    }
  }

  return {
    of,
    begin(camera, { seconds, showFaces }) {
      if (visits.get(camera.id)?.state === 'running') {
        throw new KithError('conflict', 'The doctor is with this camera already: wait, or stop her.');
      }
      const stop = new AbortController();
      const visit: Visit = { state: 'running', seconds, watched: 0, faces: 0, reason: null, stop, ended: null };
      visits.set(camera.id, visit);
      visit.ended = watch(visit, camera, showFaces);
      return of(camera.id);
    },
    async stop(camera) {
      const visit = visits.get(camera);
      visit?.stop.abort();
      await visit?.ended;
      return of(camera);
    },
    picture: (camera) => results.get(camera)?.jpeg ?? null,
    forget(camera) {
      visits.get(camera)?.stop.abort();
      visits.delete(camera);
      results.delete(camera);
    },
    close() {
      for (const { stop } of visits.values()) stop.abort();
    },
  };
}

function diagnosisJson({ advice, findings, examination, jpeg }: Diagnosis): DiagnosisJson {
  const { source, startedAt, seconds, cutShort, day, derived, stream, faces } = examination;
  return {
    verdict: advice.verdict,
    headline: advice.headline,
    changes: [...advice.changes],
    findings: findings.map(({ topic, says }) => ({ topic, says })),
    source,
    startedAt: time(startedAt),
    seconds: round(seconds),
    cutShort,
    width: day.width,
    height: day.height,
    frameRate: maybe(stream.frameRate),
    people: day.tracks,
    usablePeople: Math.min(day.usableTracks, day.tracks),
    faces: day.faces,
    usableShare: maybe(derived.usableShare),
    medianFacePx: maybe(derived.medianFacePx),
    lookDelayP50: maybe(derived.lookDelayP50),
    lookDelayP95: maybe(derived.lookDelayP95),
    facesAt: [...day.facesAt],
    usableAt: [...day.usableAt],
    fixed: faces.fixed.map(({ box, unmoving }) => ({ box: box.map((value) => round(value)), unmoving })),
    problems: stream.problems.slice(0, 3),
    picture: jpeg !== null,
  };
}

function maybe(value: number | null): number | null {
  return value === null ? null : round(value);
}
