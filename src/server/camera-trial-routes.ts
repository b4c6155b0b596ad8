// /cameras/discover, /cameras/test, /cameras/:id/doctor: which cameras there are, whether one gives a picture, and what the doctor says of
// it. Only for administrators, as each opens addresses that are given.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CameraSettings, KeptSettings } from '../camera-settings.ts';
import type { KeptCamera } from '../camera-store-port.ts';
import type { UsbCamera } from '../camera-trial.ts';
import { isKithError, KithError } from '../errors.ts';
import { hideCredentials } from '../log.ts';
import { splitAddress } from '../secrets.ts';
import { checkCamera, maySee } from './auth.ts';
import { createCameraDoctor } from './camera-doctor.ts';
import { settingsOf } from './camera-routes.ts';
import type { CameraSight } from './camera-sight.ts';
import * as T from './camera-trial-schemas.ts';
import { notFound, type App, type Context } from './context.ts';
import { API, round } from './json.ts';
import { answers, emptyIsObject, PICTURE_ANSWER } from './route-schemas.ts';
import * as S from './schemas.ts';

const tags = ['cameras'];
const PROFILES = 50;

export function cameraTrialRoutes(app: App, { ports, hub }: Context): void {
  const { store, log } = ports;
  const doctor = createCameraDoctor(sight, log);
  const closing = new AbortController();
  let searching = false;
  app.addHook('preClose', async () => {
    closing.abort();
    doctor.close();
  });
  hub.onChange(({ entity, id, action }) => {
    if (entity === 'camera' && action === 'remove') doctor.forget(id);
  });

  app.post(
    `${API}/cameras/discover`,
    {
      config: { access: ['admin'], audit: 'camera.discover' },
      preValidation: emptyIsObject,
      schema: {
        tags,
        summary:
          'Which cameras there are: in the local network those that speak ONVIF (takes some seconds), and at USB. One search at a time; it ends with the request',
        body: T.DiscoverBody,
        response: answers(200, T.FoundCamerasJson),
      },
    },
    async (request, reply) => {
      if (request.body.network === false) {
        const [cameras, usb] = await Promise.all([camerasOfHers(request), sight().usb()]);
        return { items: usb.map((one) => usbJson(one, cameras)), next: null, problem: null };
      }
      if (searching) throw new KithError('conflict', 'Cameras are being looked for already: wait some seconds.');
      searching = true;
      try {
        const [cameras, usb, network] = await Promise.all([
          camerasOfHers(request),
          sight().usb(),
          search(AbortSignal.any([hangUpOf(reply), closing.signal])),
        ]);
        return {
          items: [
            ...usb.map((one) => usbJson(one, cameras)),
            ...network.items.map(({ address, name, hardware }) => ({
              kind: 'onvif' as const,
              name,
              address,
              hardware,
              camera: knownAs(address, cameras),
            })),
          ],
          next: null,
          problem: network.problem,
        };
      } finally {
        searching = false;
      }
    },
  );

  app.post(
    `${API}/cameras/test`,
    {
      config: { access: ['admin'], audit: 'camera.test' },
      preValidation: emptyIsObject,
      schema: {
        tags,
        summary:
          'Opens a camera now: one picture and what its stream is like, or in words why there is none. Takes up to 10 seconds; nothing is kept',
        body: T.TrialBody,
        response: answers(200, T.TrialJson),
      },
    },
    async (request, reply) => {
      void reply.header('cache-control', 'no-store');
      const { camera: id, settings } = request.body;
      const stored = id === undefined ? null : await find(request, id);
      const camera = await cameraToTry(settings, stored);
      try {
        return probedJson(await sight().probe(camera, AbortSignal.any([hangUpOf(reply), closing.signal])));
      } catch (error) {
        // Too many at once is no word about this camera.
        if (!isKithError(error) || error.status === 429) throw error;
        return failedJson(hideCredentials(error.message));
      }
    },
  );

  app.post(
    `${API}/cameras/:id/doctor`,
    {
      config: { access: ['admin'], audit: 'camera.doctor' },
      preValidation: emptyIsObject,
      schema: {
        tags,
        summary: 'The doctor watches the camera for some seconds; GET tells how far it is and what came out',
        params: S.IdParams,
        body: T.DoctorBody,
        response: answers(202, T.DoctorJson),
      },
    },
    async (request, reply) => {
      const { seconds = 60, showFaces = false } = request.body;
      const camera = await cameraToTry(undefined, await find(request, request.params.id));
      return reply.code(202).send(doctor.begin(camera, { seconds, showFaces }));
    },
  );

  app.get(
    `${API}/cameras/:id/doctor`,
    {
      config: { access: ['admin'] },
      schema: {
        tags,
        summary: "How far the doctor is, and the last result, kept in this process's memory",
        params: S.IdParams,
        response: answers(200, T.DoctorJson),
      },
    },
    async (request) => doctor.of((await find(request, request.params.id)).id),
  );

  app.delete(
    `${API}/cameras/:id/doctor`,
    {
      config: { access: ['admin'], audit: 'camera.doctor.stop' },
      schema: {
        tags,
        summary: 'Ends the watching early; answers with what was seen until then',
        params: S.IdParams,
        response: answers(200, T.DoctorJson),
      },
    },
    async (request) => doctor.stop((await find(request, request.params.id)).id),
  );

  app.get(
    `${API}/cameras/:id/doctor/picture`,
    {
      config: { access: ['admin'] },
      schema: {
        tags,
        summary: "The doctor's picture of the camera",
        params: S.IdParams,
        response: PICTURE_ANSWER,
      },
    },
    async (request, reply) => {
      const jpeg = doctor.picture((await find(request, request.params.id)).id);
      if (!jpeg) throw new KithError('not_found', 'The doctor has no picture of this camera: let her look at it.');
      return reply.header('cache-control', 'private, no-store').type('image/jpeg').send(Buffer.from(jpeg));
    },
  );

  async function search(signal: AbortSignal) {
    try {
      return { items: await sight().discover(signal), problem: null };
    } catch (error) {
      if (!isKithError(error))
        throw signal.aborted ? new KithError('unavailable', 'The search was broken off.') : error;
      return { items: [], problem: error.message };
    }
  }

  /** `given`: instead of what is stored, with its credentials where "***" stands. */
  async function cameraToTry(given: object | undefined, stored: KeptCamera | null): Promise<CameraSettings> {
    const id = stored?.id ?? 'new';
    const settings = given ? settingsOf('new', given, stored, sight().devices) : keptOf(stored);
    if (given && settings.source.startsWith('browser:')) {
      throw new KithError(
        'invalid',
        "A browser's camera cannot be opened from here: add it, then open its page there.",
      );
    }
    return { ...settings, id };
  }

  function keptOf(stored: KeptCamera | null): KeptSettings {
    if (!stored) throw new KithError('invalid', 'Which camera? Give its "settings", or the id of one as "camera".');
    if (stored.fixed) {
      const own = sight().own(stored.id);
      if (!own) {
        const message = `Only ${stored.fixed.by}, where this camera stands in kith.json, knows its address: run "kith doctor camera ${stored.id}" there.`;
        throw new KithError('conflict', message);
      }
      return own;
    }
    if (stored.settings) return stored.settings;
    const message = `The program of this camera has settings of its own, which Kith does not know: run "kith doctor camera ADDRESS" on its machine.`;
    throw new KithError('conflict', message);
  }

  /** What another administrator's cameras read from is not told either. */
  async function camerasOfHers(request: FastifyRequest): Promise<readonly KeptCamera[]> {
    return (await store.cameras.list()).filter(({ id }) => maySee(request, id));
  }

  async function find(request: FastifyRequest, id: string): Promise<KeptCamera> {
    checkCamera(request, id);
    const camera = await store.cameras.get(id);
    if (!camera) throw notFound('camera', id);
    return camera;
  }

  function sight(): CameraSight {
    if (!ports.sight) throw new KithError('unavailable', 'This process of Kith does not look at cameras.');
    return ports.sight;
  }
}

/** Aborts when whoever asks hangs up. */
function hangUpOf(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => reply.raw.writableEnded || gone.abort());
  return gone.signal;
}

function usbJson({ address, name }: UsbCamera, cameras: readonly KeptCamera[]) {
  return { kind: 'usb' as const, name, address, hardware: '', camera: knownAs(address, cameras) };
}

/** Which camera reads from there, by its host or device. */
function knownAs(address: string, cameras: readonly KeptCamera[]): string | null {
  const place = placeOf(address);
  const found = cameras.find(({ settings, fixed }) => {
    const { source } = (fixed?.settings ?? settings ?? {}) as Partial<KeptSettings>;
    return source !== undefined && placeOf(source) === place;
  });
  return found?.id ?? null;
}

function placeOf(address: string): string {
  const { scheme, host, rest } = splitAddress(address);
  if (scheme === 'v4l2') return `v4l2:${rest.replace(/\?.*$/s, '').replace(/^(?=\d)/, '/dev/video') || '/dev/video0'}`;
  return host === '' ? address : host.replace(/:\d+$/, '').toLowerCase();
}

function probedJson(probed: Awaited<ReturnType<CameraSight['probe']>>): T.TrialJson {
  const { source, width, height, frameRate, codec, profiles, jpeg } = probed;
  return {
    ok: true,
    reason: null,
    about: null,
    source: hideCredentials(source),
    width,
    height,
    frameRate: frameRate === null ? null : round(frameRate),
    codec,
    profiles: profiles
      .slice(0, PROFILES)
      .map(({ token, name, width, height, fps }) => ({ token, name, width, height, fps })),
    picture: Buffer.from(jpeg).toString('base64'),
  };
}

function failedJson(reason: string): T.TrialJson {
  const nothing = { source: null, width: null, height: null, frameRate: null, codec: null, picture: null };
  return { ok: false, reason, about: aboutOf(reason), ...nothing, profiles: [] };
}

/** By the words of the camera program (camera/trouble.ts). */
function aboutOf(reason: string): T.TrialJson['about'] {
  if (/user or password|refuses this user/.test(reason)) return 'login';
  if (/under this path|has no profile|no pictures: see the camera's manual/.test(reason)) return 'path';
  return /is it on|nothing listens|nobody knows|no way to it|port right|no TLS there/.test(reason) ? 'host' : null;
}
