// /cameras: the sources that may post, and what is kept for their programs. A camera's own key may look at that camera only.

import { Type } from 'typebox';
import { checkNetworkSource, restoreCredentials } from '../camera-address.ts';
import { CAMERA_ID, KeptSettingsSchema, type KeptSettings } from '../camera-settings.ts';
import { checkZones } from '../camera-zones.ts';
import { KithError } from '../errors.ts';
import type { KeptCamera } from '../camera-store-port.ts';
import { validate } from '../validate.ts';
import { checkCamera, maySee } from './auth.ts';
import { cameraDayJson, cameraJson } from './camera-json.ts';
import * as C from './camera-schemas.ts';
import { notFound, type App, type Context } from './context.ts';
import { API } from './json.ts';
import { answers, NOTHING } from './route-schemas.ts';
import * as S from './schemas.ts';

const tags = ['cameras'];
const DAY_MS = 86_400_000;
const DAYS = 31;
const MOST_DAYS = 400;
const Day = Type.String({ pattern: String.raw`^\d{4}-\d\d-\d\d$`, description: 'a day in UTC, YYYY-MM-DD' });
const DaysQuery = S.Exact({ from: Type.Optional(Day), to: Type.Optional(Day) });

export function cameraRoutes(app: App, { ports, streams }: Context): void {
  const { store, clock } = ports;
  app.get(
    `${API}/cameras`,
    {
      config: { access: ['log', 'read', 'people'] },
      schema: {
        tags,
        summary: 'All cameras with their state; credentials in addresses are masked',
        response: answers(200, S.List(C.CameraJson)),
      },
    },
    async (request) => {
      const now = clock();
      const seen = (await store.cameras.list()).filter(({ id }) => maySee(request, id));
      return { items: seen.map((camera) => cameraJson(camera, now)), next: null };
    },
  );

  app.get(
    `${API}/camera-settings`,
    {
      config: { access: ['read', 'people'] },
      schema: {
        tags,
        summary: 'Which settings a camera has, as a JSON Schema: types, limits, defaults, words',
        response: answers(200, Type.Unsafe<object>({ type: 'object', additionalProperties: true })),
      },
    },
    async () => KeptSettingsSchema,
  );

  app.get(
    `${API}/cameras/:id`,
    {
      config: { access: ['log', 'read', 'people', 'camera'] },
      schema: { tags, summary: 'One camera', params: S.IdParams, response: answers(200, C.CameraJson) },
    },
    async (request) => {
      checkCamera(request, request.params.id);
      return cameraJson(await find(request.params.id), clock());
    },
  );

  app.put(
    `${API}/cameras/:id`,
    {
      config: { access: ['admin'], audit: 'camera.set' },
      schema: {
        tags,
        summary:
          'Make a camera, rename it, or change the settings of its program, which follows at once; settings that are left out stay, null removes them',
        params: S.IdParams,
        body: C.CameraBody,
        response: answers(200, C.CameraJson),
      },
    },
    async (request) => {
      const { id } = request.params;
      const { name, settings, runsHere } = request.body;
      checkCamera(request, id);
      const stored = await store.cameras.get(id);
      if (stored?.fixed && settings !== undefined) {
        throw new KithError(
          'conflict',
          `The camera ${JSON.stringify(id)} is set in kith.json, or on the command line, of ${stored.fixed.by}: change its settings there.`,
        );
      }
      // Settings go to a program elsewhere, or to one of this machine, which may have USB cameras.
      const devices = ports.sight?.devices === true && (runsHere ?? stored?.runsHere ?? true);
      const camera = await store.cameras.put(id, name, {
        ...(settings !== undefined && {
          settings: settings === null ? null : settingsOf(id, settings, stored, devices),
        }),
        ...(runsHere !== undefined && { runsHere }),
      });
      return cameraJson(camera, clock());
    },
  );

  app.delete(
    `${API}/cameras/:id`,
    {
      config: { access: ['admin'], audit: 'camera.remove' },
      schema: {
        tags,
        summary:
          'Remove a camera with its settings and figures; its keys open nothing any more, its detections stay in the log',
        params: S.IdParams,
        response: answers(204, NOTHING),
      },
    },
    async (request, reply) => {
      const { params } = request;
      checkCamera(request, params.id);
      await find(params.id);
      const keys = (await store.keys.list()).filter(({ cameraId }) => cameraId === params.id);
      await store.cameras.remove(params.id, clock());
      for (const { id } of keys) await streams.recheck(id);
      return reply.code(204).send(null);
    },
  );

  app.get(
    `${API}/cameras/:id/days`,
    {
      config: { access: ['log', 'read', 'people'] },
      schema: {
        tags,
        summary: `What it saw per day, newest first: frames, faces, why they are not usable, delays, where in the picture. At most ${MOST_DAYS} days, the last ${DAYS} where none are given`,
        params: S.IdParams,
        querystring: DaysQuery,
        response: answers(200, S.List(C.CameraDayJson)),
      },
    },
    async (request) => {
      const { params, query } = request;
      checkCamera(request, params.id);
      const range = rangeOf(query, clock());
      await find(params.id);
      return { items: (await store.cameras.days(params.id, range)).map(cameraDayJson), next: null };
    },
  );

  async function find(id: string): Promise<KeptCamera> {
    const camera = await store.cameras.get(id);
    if (!camera) throw notFound('camera', id);
    return camera;
  }
}

/** Defaults filled in, credentials that came back masked restored. KithError `invalid` names the key. */
export function settingsOf(id: string, given: object, stored: KeptCamera | null, devices = false): KeptSettings {
  // Others that only post may have wider ids; its program keeps a folder of this name.
  if (!CAMERA_ID.test(id)) {
    throw new KithError(
      'invalid',
      `A camera that has settings may have at most 64 letters, digits, ".", "_" and "-" as its id: ${JSON.stringify(id)} cannot run.`,
    );
  }
  const settings = validate(KeptSettingsSchema, given, 'settings');
  const { source, substream } = settings;
  checkNetworkSource(source, 'source', { devices });
  if (substream !== undefined) checkNetworkSource(substream, 'substream', { devices });
  checkZones(settings);
  const known = [stored?.settings?.source, stored?.settings?.substream];
  const whole: KeptSettings = {
    ...settings,
    source: restoreCredentials(source, ...known),
    ...(substream !== undefined && { substream: restoreCredentials(substream, ...known.toReversed()) }),
  };
  // Always in the same order: the same settings are no new version.
  const keys = Object.keys(KeptSettingsSchema.properties).filter((key) => key in whole);
  return Object.fromEntries(keys.map((key) => [key, whole[key as keyof KeptSettings]])) as KeptSettings;
}

function rangeOf(query: { from?: string; to?: string }, now: number): { from: string; to: string } {
  const to = timeOf(query.to, 'to') ?? (query.from === undefined ? now + DAY_MS : now + MOST_DAYS * DAY_MS);
  const from = timeOf(query.from, 'from') ?? to - DAYS * DAY_MS;
  if (from > to) throw new KithError('invalid', '"from" lies after "to": exchange them.');
  const last = Math.min(to, now + DAY_MS);
  if ((last - from) / DAY_MS > MOST_DAYS) {
    throw new KithError('invalid', `More than ${MOST_DAYS} days are asked for: ask for fewer at a time.`);
  }
  return { from: dayOf(from), to: dayOf(to) };
}

function timeOf(day: string | undefined, key: string): number | undefined {
  if (day === undefined) return undefined;
  const time = Date.parse(day);
  if (!Number.isNaN(time) && dayOf(time) === day) return time;
  throw new KithError('invalid', `"${key}" is ${day}, which is no day of the calendar: write it as 2026-01-31.`);
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
