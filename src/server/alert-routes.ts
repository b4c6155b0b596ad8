// /alerts: what rules have told, what became of it, and answers; /snoozes: what shall not be told for a while.

import { Type } from 'typebox';
import { createAlertAnswers } from './alert-answers.ts';
import { AlertJson, alertJson, AnswerBody, NewSnooze, SnoozeJson, snoozeJson } from './alert-schemas.ts';
import { camerasOf, checkCamera, checkSeesAll } from './auth.ts';
import { actorOf, notFound, type App, type Context } from './context.ts';
import { API } from './json.ts';
import { camerasAsked, Cameras } from './log-filter.ts';
import { personInForce } from './people-in-force.ts';
import { answers, NOTHING } from './route-schemas.ts';
import * as S from './schemas.ts';
import { KithError } from '../errors.ts';

const tags = ['alerts'];
const AlertQuery = S.Exact({
  ...S.PageQuery,
  rule: Type.Optional(S.Id),
  camera: Cameras,
  person: Type.Optional(S.Id),
  from: Type.Optional(S.Time),
  to: Type.Optional(S.Time),
});

export function alertRoutes(app: App, context: Context): void {
  const { store, clock } = context.ports;
  const given = createAlertAnswers(context);

  app.get(
    `${API}/alerts`,
    {
      config: { access: ['log', 'read', 'people'] },
      schema: {
        tags,
        summary: 'What rules have told, the latest first',
        querystring: AlertQuery,
        response: answers(200, S.List(AlertJson)),
      },
    },
    async (request) => {
      const { limit = 50, cursor, rule, camera, person, from, to } = request.query;
      const cameraIds = camerasAsked(request, camera);
      const page = await store.alerts.list(
        {
          ...(rule !== undefined && { ruleId: rule }),
          ...(cameraIds && { cameraIds }),
          ...(person !== undefined && { personId: person }),
          ...(from !== undefined && { from: Date.parse(from) }),
          ...(to !== undefined && { to: Date.parse(to) }),
        },
        { limit, ...(cursor !== undefined && { cursor }) },
      );
      const cameras = camerasOf(request);
      return { items: page.items.flatMap((alert) => alertJson(alert, cameras) ?? []), next: page.next };
    },
  );

  app.get(
    `${API}/alerts/:id`,
    {
      config: { access: ['log', 'read', 'people'] },
      schema: { tags, summary: 'One alert', params: S.IdParams, response: answers(200, AlertJson) },
    },
    async (request) => {
      const alert = await store.alerts.get(request.params.id);
      const seen = alert && alertJson(alert, camerasOf(request));
      if (!seen) throw notFound('alert', request.params.id);
      return seen;
    },
  );

  app.post(
    `${API}/alerts/:id/answer`,
    {
      config: { access: ['people'], audit: 'alert.answer' },
      schema: {
        tags,
        summary:
          'Answer an alert: the log follows, and messages that were sent show it. The same again changes nothing',
        params: S.IdParams,
        body: AnswerBody,
        response: answers(200, AlertJson),
      },
    },
    async (request) => {
      const { id } = request.params;
      const alert = await given.give(request, id, request.body);
      const seen = alertJson(alert, camerasOf(request));
      if (!seen) throw notFound('alert', id);
      return seen;
    },
  );

  app.get(
    `${API}/snoozes`,
    {
      config: { access: ['read', 'people'] },
      schema: { tags, summary: 'What is not told for a while', response: answers(200, S.List(SnoozeJson)) },
    },
    async (request) => {
      const cameras = camerasOf(request);
      const all = await store.rules.snoozes(clock());
      const seen = all.filter(({ cameraId }) => cameras === null || (cameraId !== null && cameras.includes(cameraId)));
      return { items: seen.map(snoozeJson), next: null };
    },
  );

  app.post(
    `${API}/snoozes`,
    {
      config: { access: ['people'], audit: 'snooze.add' },
      schema: {
        tags,
        summary: 'Tell nothing about this person (or anybody) at this camera (or any) by this rule (or any) until then',
        body: NewSnooze,
        response: answers(201, SnoozeJson),
      },
    },
    async (request, reply) => {
      const { ruleId = null, personId = null, cameraId = null, until } = request.body;
      if (cameraId === null) checkSeesAll(request, 'quiet about every camera');
      else {
        checkCamera(request, cameraId);
        if (!(await store.cameras.get(cameraId))) throw notFound('camera', cameraId);
      }
      if (personId !== null) await personInForce(store, personId, camerasOf(request));
      const end = Date.parse(until);
      if (end <= clock()) throw new KithError('invalid', '"until" is over already: give a time that is to come.');
      const by = actorOf(request).name;
      return reply.code(201).send(snoozeJson(await store.rules.snooze({ ruleId, personId, cameraId, until: end, by })));
    },
  );

  app.delete(
    `${API}/snoozes/:id`,
    {
      config: { access: ['people'], audit: 'snooze.remove' },
      schema: { tags, summary: 'Tell it again', params: S.IdParams, response: answers(204, NOTHING) },
    },
    async (request, reply) => {
      const { id } = request.params;
      const snooze = (await store.rules.snoozes(clock())).find((one) => one.id === id);
      if (!snooze) throw notFound('snooze', id);
      if (snooze.cameraId === null) checkSeesAll(request, 'this snooze');
      else checkCamera(request, snooze.cameraId);
      await store.rules.wake(id);
      return reply.code(204).send(null);
    },
  );
}
