// /actions: what may be done, doors among them, and who is let in; done by hand, and policies tried on the log.

import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { AccessPolicy, Action, ActionDefinition } from '../action-port.ts';
import { AccessSchema } from '../access-schema.ts';
import { ACTION_KINDS, actionSettings } from '../action-settings.ts';
import { KithError } from '../errors.ts';
import { validate } from '../validate.ts';
import {
  actionJson,
  ActionJson,
  ChangedAction,
  GivenAccess,
  KindsJson,
  NewAction,
  sampleJson,
  TrialJson,
} from './action-schemas.ts';
import { camerasOf, checkCamera, checkSeesAll } from './auth.ts';
import { loaded, notFound, type App, type Context } from './context.ts';
import { API } from './json.ts';
import { answers, NOTHING } from './route-schemas.ts';
import * as S from './schemas.ts';

const tags = ['actions'];
const Trial = S.Exact({
  access: GivenAccess,
  days: Type.Integer({ minimum: 1, maximum: 62, description: 'so many days back from now' }),
});

export function actionRoutes(app: App, { ports }: Context): void {
  const { store, clock } = ports;
  const { actions } = store;

  app.get(
    `${API}/actions`,
    {
      config: { access: ['read', 'people'] },
      schema: {
        tags,
        summary: 'What may be done; with `access` it is a door. Settings are for administrators, secrets masked',
        response: answers(200, S.List(ActionJson)),
      },
    },
    async (request) => {
      const shown = (await actions.list()).filter((action) => maySeeAction(request, action));
      return { items: shown.map((action) => actionJson(action, isAdmin(request))), next: null };
    },
  );

  app.get(
    `${API}/actions/kinds`,
    {
      config: { access: ['read', 'people'] },
      schema: {
        tags,
        summary: 'Kinds of actions and their settings, as JSON schemas',
        response: answers(200, KindsJson),
      },
    },
    async () => ({
      items: ACTION_KINDS.map(({ kind, title, description, settings }) => {
        return { kind, title, description, settings, fileOnly: kind === 'command' };
      }),
      access: AccessSchema,
      next: null,
    }),
  );

  app.get(
    `${API}/actions/:id`,
    {
      config: { access: ['read', 'people'] },
      schema: { tags, summary: 'One action', params: S.IdParams, response: answers(200, ActionJson) },
    },
    async (request) => actionJson(await find(request), isAdmin(request)),
  );

  app.post(
    `${API}/actions`,
    {
      config: { access: ['admin'], audit: 'action.add' },
      schema: { tags, summary: 'Add an action', body: NewAction, response: answers(201, ActionJson) },
    },
    async (request, reply) => {
      const { settings, ...rest } = request.body;
      const wish = await wished(request, { ...rest, settings: settingsOf(rest.kind, settings, null) });
      return reply.code(201).send(actionJson(await actions.add(wish, clock()), true));
    },
  );

  app.put(
    `${API}/actions/:id`,
    {
      config: { access: ['admin'], audit: 'action.change' },
      schema: {
        tags,
        summary:
          'Change an action; 409 where somebody has changed it since `ifVersion`, or where it stands in kith.json',
        params: S.IdParams,
        body: ChangedAction,
        response: answers(200, ActionJson),
      },
    },
    async (request) => {
      const { settings, ifVersion, ...rest } = request.body;
      const stored = await find(request);
      checkReach(request, stored.access);
      if (stored.fixedBy !== null) return actionJson(await actions.change(stored.id, stored, ifVersion), true);
      const known = stored.kind === rest.kind ? stored.settings : null;
      const wish = await wished(request, { ...rest, settings: settingsOf(rest.kind, settings, known) });
      return actionJson(await actions.change(stored.id, wish, ifVersion), true);
    },
  );

  app.delete(
    `${API}/actions/:id`,
    {
      config: { access: ['admin'], audit: 'action.remove' },
      schema: {
        tags,
        summary: 'Remove an action; what it has done stays known',
        params: S.IdParams,
        response: answers(204, NOTHING),
      },
    },
    async (request, reply) => {
      const { id, access } = await find(request);
      checkReach(request, access);
      await actions.remove(id);
      return reply.code(204).send(null);
    },
  );

  app.post(
    `${API}/actions/try`,
    {
      config: { access: ['admin'], audit: 'action.try' },
      schema: {
        tags,
        summary: 'Try an access policy on the last days of the log: whom it would have let in, whom not, and why',
        body: Trial,
        response: answers(200, TrialJson),
      },
    },
    async (request) => {
      const policy = policyOf(request.body.access);
      for (const camera of policy.cameras) checkCamera(request, camera);
      const tried = await loaded(ports.tryAccess ?? null)(policy, request.body.days);
      return {
        visits: tried.visits,
        letIn: tried.letIn,
        refused: { ...tried.refused },
        samples: tried.samples.map(sampleJson),
        since: new Date(tried.since).toISOString(),
      };
    },
  );

  /** KithError `not_found`, also for what lies at cameras that the caller may not see. */
  async function find(request: FastifyRequest<{ Params: { id: string } }>): Promise<Action> {
    const action = await actions.get(request.params.id);
    if (!action || !maySeeAction(request, action)) throw notFound('action', request.params.id);
    return action;
  }

  async function wished(
    request: FastifyRequest,
    {
      enabled = true,
      access = null,
      ...rest
    }: Omit<ActionDefinition, 'enabled' | 'access'> & { enabled?: boolean; access?: object | null },
  ): Promise<ActionDefinition> {
    const policy = access && policyOf(access);
    checkReach(request, policy);
    for (const camera of policy?.cameras ?? []) {
      if (!(await store.cameras.get(camera))) throw notFound('camera', camera);
    }
    return { ...rest, enabled, access: policy };
  }
}

/** A door at one of her cameras; what is no door concerns all of them. */
export function maySeeAction(request: FastifyRequest, { access }: Action): boolean {
  const hers = camerasOf(request);
  return hers === null || (access?.cameras.some((camera) => hers.includes(camera)) ?? false);
}

function isAdmin(request: FastifyRequest): boolean {
  return request.caller?.scopes.includes('admin') ?? false;
}

/** KithError `forbidden` where it concerns cameras that the caller may not see. */
function checkReach(request: FastifyRequest, access: AccessPolicy | null): void {
  if (access === null) checkSeesAll(request, 'an action without an access policy');
  for (const camera of access?.cameras ?? []) checkCamera(request, camera);
}

function policyOf(access: object): AccessPolicy {
  return validate(AccessSchema, access, 'access');
}

function settingsOf(
  kind: Action['kind'],
  given: Action['settings'],
  stored: Action['settings'] | null,
): Action['settings'] {
  if (kind === 'command') {
    throw new KithError(
      'forbidden',
      'A command cannot be set up over the API, or whoever has a key could run programs: write it into "actions" of kith.json (docs/doors.md).',
    );
  }
  return actionSettings(kind, given, stored);
}
