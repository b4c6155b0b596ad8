// /runs: what was asked for, whether it was granted and why, and what became of it; and asking by hand.

import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import type { Run } from '../action-port.ts';
import { KithError } from '../errors.ts';
import { maySeeAction } from './action-routes.ts';
import { runJson, RunJson, RunState } from './action-schemas.ts';
import { audit } from './audit.ts';
import { camerasOf, onlyHers } from './auth.ts';
import { actorOf, notFound, type App, type Context } from './context.ts';
import { API } from './json.ts';
import { answers } from './route-schemas.ts';
import * as S from './schemas.ts';

const tags = ['actions'];
const RunsQuery = S.Exact({
  ...S.PageQuery,
  action: Type.Optional(S.Id),
  person: Type.Optional(S.Id),
  state: Type.Optional(RunState),
});
const UNDER_WAY: readonly Run['state'][] = ['asked', 'granted', 'started'];
/** Most are done by then; of the others the events tell. */
const WAIT_MS = 3_000;
const LOOK_MS = 50;

export function runRoutes(app: App, { ports }: Context): void {
  const { store, clock } = ports;

  app.get(
    `${API}/runs`,
    {
      config: { access: ['read', 'people'], audit: 'action.runs' },
      schema: {
        tags,
        summary:
          'What actions were asked for, newest first: granted or refused, with the evidence, and what became of it',
        querystring: RunsQuery,
        response: answers(200, S.List(RunJson)),
      },
    },
    async (request) => {
      const { limit = 50, cursor, action, person, state } = request.query;
      const filter = {
        ...onlyHers(request),
        ...(action !== undefined && { actionId: action }),
        ...(person !== undefined && { personId: person }),
        ...(state !== undefined && { state }),
      };
      const { items, next } = await store.actions.runs(filter, { limit, ...(cursor !== undefined && { cursor }) });
      const names = await namesOf(items, camerasOf(request));
      return { items: items.map((run) => runJson(run, names.get(run.personId ?? '') ?? null)), next };
    },
  );

  app.post(
    `${API}/actions/:id/run`,
    {
      config: { access: ['people'], audit: 'action.run' },
      schema: {
        tags,
        summary: 'Do it by hand, for example open a door: answers when it is done, or after three seconds',
        params: S.IdParams,
        response: answers(200, RunJson),
      },
    },
    async (request) => {
      const { id } = request.params;
      const action = await store.actions.get(id);
      if (!action || !maySeeAction(request, action)) throw notFound('action', id);
      const nobody = { visitId: null, personId: null, detectionId: null, cameraId: null, alertId: null };
      const asked = { actionId: id, cause: 'hand', by: actorOf(request).name, ...nobody } as const;
      const run = await store.actions.ask(asked, clock());
      if (!run) throw new KithError('conflict', `"${action.name}" was asked for a moment ago, so once is enough.`);
      audit(request, { detail: { run: run.id } });
      return runJson(await ended(run), null);
    },
  );

  async function ended(asked: Run): Promise<Run> {
    const until = performance.now() + WAIT_MS;
    for (let run = asked; ; await sleep(LOOK_MS)) {
      run = (await store.actions.run(asked.id)) ?? run;
      if (!UNDER_WAY.includes(run.state) || performance.now() > until) return run;
    }
  }

  async function namesOf(
    runs: readonly Run[],
    cameras: readonly string[] | null,
  ): Promise<ReadonlyMap<string, string>> {
    const names = new Map<string, string>();
    for (const id of new Set(runs.flatMap(({ personId }) => personId ?? []))) {
      const person = await store.persons.get(id, cameras);
      if (person) names.set(id, person.name);
    }
    return names;
  }
}
