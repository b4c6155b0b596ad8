// /live/numbers: what the live page says about the day.

import { Type } from 'typebox';
import { camerasOf } from './auth.ts';
import type { App, Context } from './context.ts';
import { API } from './json.ts';
import { answers } from './route-schemas.ts';
import * as S from './schemas.ts';

const Numbers = Type.Object({
  visits: Type.Integer(),
  known: Type.Integer({ description: 'known people who came' }),
  strangers: Type.Integer({ description: 'strangers who came' }),
  undecided: Type.Integer({ description: 'detections that wait for a human: "A or B?"' }),
});

export function liveRoutes(app: App, { ports: { store } }: Context): void {
  app.get(
    `${API}/live/numbers`,
    {
      config: { access: ['log', 'read', 'people'] },
      schema: {
        tags: ['visits'],
        summary: 'Visits, known people, strangers and undecided detections from a time on',
        querystring: S.Exact({ since: S.Time }),
        response: answers(200, Numbers),
      },
    },
    async (request) => store.visits.numbers(Date.parse(request.query.since), camerasOf(request)),
  );
}
