// Cameras as the API's JSON. Passwords end here: what is answered is masked.

import { maskCredentials } from '../camera-address.ts';
import { derive } from '../camera-figures.ts';
import type { CameraDay, CameraState } from '../camera-port.ts';
import type { KeptSettings } from '../camera-settings.ts';
import { SILENT_MS, type KeptCamera } from '../camera-store-port.ts';
import type { CameraDayJson, CameraJson } from './camera-schemas.ts';
import { hideCredentials } from '../log.ts';
import { maybeTime, round, time } from './json.ts';

export function cameraJson(camera: KeptCamera, now: number): CameraJson {
  const { said, report, fixed } = camera;
  const settings = fixed ? (fixed.settings as KeptSettings) : camera.settings;
  return {
    id: camera.id,
    name: camera.name,
    createdAt: time(camera.createdAt),
    lastSeenAt: maybeTime(camera.lastSeenAt),
    settings: settings && maskSettings(settings),
    version: camera.version,
    runsHere: camera.runsHere,
    fixed: fixed !== null,
    ...stateOf(camera, now),
    reportedAt: maybeTime(report?.at ?? null),
    restarts: said?.restarts ?? 0,
    counts: report && { ...report.counts },
    memoryMegabytes: report && Math.round(report.memoryMegabytes),
    settingsVersion: report?.settingsVersion ?? null,
    shows: report && maskCredentials(report.source),
  };
}

export function maskSettings(settings: KeptSettings): KeptSettings {
  const { source, substream } = settings;
  return {
    ...settings,
    source: maskCredentials(source),
    ...(substream !== undefined && { substream: maskCredentials(substream) }),
  };
}

/** A camera whose program is silent is offline, also before that was written down. */
function stateOf({ said }: KeptCamera, now: number): Pick<CameraJson, 'state' | 'reason' | 'stateSince'> {
  if (!said) return { state: 'offline', reason: 'No program has reported for it yet.', stateSince: null };
  const { state, since, at } = said;
  const reason = said.reason === null ? null : hideCredentials(said.reason);
  if (state !== 'offline' && state !== 'ended' && now - at >= SILENT_MS) {
    const words = `Its program has said nothing since ${time(at)}.`;
    return { state: 'offline', reason: words, stateSince: time(at + SILENT_MS) };
  }
  return { state, reason, stateSince: time(since) };
}

export function cameraState(camera: KeptCamera, now: number): CameraState {
  return stateOf(camera, now).state;
}

export function cameraDayJson(day: CameraDay): CameraDayJson {
  const derived = Object.entries(derive(day)).map(([key, value]) => [key, value === null ? null : round(value)]);
  return { ...day, ...(Object.fromEntries(derived) as ReturnType<typeof derive>) };
}
