// What people say about detections, one by one, several at once, or a whole visit: whose it is, whose it is not, that it is
// right, that it is no use.

import { everything } from '../queries.ts';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Detection } from '../domain.ts';
import type { IdentityEntry } from '../identity-port.ts';
import { checkCamera } from './auth.ts';
import { actorOf, notFound, type App, type Context } from './context.ts';
import { createDetectionActions } from './detection-actions.ts';
import { entryJson } from './identity-json.ts';
import { ChangedJson, Ids, MOST_DETECTIONS } from './identity-schemas.ts';
import { API, detectionJson } from './json.ts';
import { answers, emptyIsObject } from './route-schemas.ts';
import * as S from './schemas.ts';

const person = S.Nullable(S.Id);
const ACTIONS = {
  move: { summary: 'to a person, or (null) to a new unknown one', body: { person } },
  confirm: { summary: 'right: it stays whom it is, and Kith never changes it', body: {} },
  'not-her': {
    summary: 'not her, for ever; without `person` not whom it was taken for. Decided anew at once',
    body: { person: Type.Optional(S.Id) },
  },
  discard: { summary: 'no use: no face, or nobody who matters', body: {} },
} as const;
type Action = keyof typeof ACTIONS;

interface Body {
  readonly detections?: readonly string[];
  readonly person?: string | null;
}

export function detectionIdentityRoutes(app: App, context: Context): void {
  const { store } = context.ports;
  const actions = createDetectionActions(context);

  for (const action of Object.keys(ACTIONS) as Action[]) {
    const { summary, body } = ACTIONS[action];

    post(`/detections/:id/${action}`, 'detections', `A detection: ${summary}`, { ids: true, body }, (request) =>
      actions.find([idOf(request)]),
    );
    post(`/visits/:id/${action}`, 'visits', `All detections of a visit: ${summary}`, { ids: true, body }, (request) =>
      ofVisit(idOf(request)),
    );
    post(
      `/detections/${action}`,
      'detections',
      `Up to ${MOST_DETECTIONS} detections: ${summary}`,
      { ids: false, body: { ...body, detections: Ids } },
      (request) => actions.find((request.body as Body).detections ?? []),
    );

    function post(
      path: string,
      tag: string,
      summary: string,
      shape: { ids: boolean; body: Parameters<typeof S.Exact>[0] },
      find: (request: FastifyRequest) => Promise<readonly Detection[]>,
    ): void {
      app.post(
        `${API}${path}`,
        {
          config: { access: ['people'], audit: `${tag === 'visits' ? 'visit' : 'detection'}.${action}` },
          preValidation: emptyIsObject,
          schema: {
            tags: [tag],
            summary,
            ...(shape.ids && { params: S.IdParams }),
            body: S.Exact(shape.body),
            response: answers(200, ChangedJson),
          },
        },
        async (request) => {
          const said = { detections: await find(request), actor: actorOf(request) };
          for (const { cameraId } of said.detections) checkCamera(request, cameraId);
          const { person } = request.body as Body;
          return changed(await run(action, said, person), said.detections);
        },
      );
    }
  }

  async function run(
    action: Action,
    said: Parameters<typeof actions.confirm>[0],
    person: string | null | undefined,
  ): Promise<readonly IdentityEntry[]> {
    if (action === 'move') return actions.move(said, person ?? null);
    if (action === 'not-her') return actions.notHer(said, person ?? undefined);
    return actions[action](said);
  }

  /** All of them, however long she stood there. */
  async function ofVisit(visitId: string): Promise<readonly Detection[]> {
    if (!(await store.visits.get(visitId))) throw notFound('visit', visitId);
    return everything((page) => store.detections.list({ visitId }, page));
  }

  async function changed(entries: readonly IdentityEntry[], before: readonly Detection[]) {
    const now = await Promise.all(before.slice(0, MOST_DETECTIONS).map(({ id }) => store.detections.get(id)));
    return {
      entries: entries.map(entryJson),
      detections: now.flatMap((detection) => (detection ? [detectionJson(detection)] : [])),
    };
  }
}

function idOf(request: FastifyRequest): string {
  return (request.params as { id: string }).id;
}
