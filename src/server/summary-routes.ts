// /summary: the few numbers at the top of the page.

import { Type } from 'typebox';
import { camerasOf } from './auth.ts';
import type { App, Context } from './context.ts';
import { API } from './json.ts';
import { answers } from './route-schemas.ts';
import * as S from './schemas.ts';

const Counts = Type.Object({
  pending: Type.Integer(),
  classified: Type.Integer(),
  rejected: Type.Integer(),
  failed: Type.Integer(),
});

const Summary = Type.Object({
  persons: Type.Object({ known: Type.Integer(), unknown: Type.Integer() }),
  detections: S.Nullable(Counts),
  since: S.Nullable(Counts),
  gallery: S.Nullable(Type.Object({ persons: Type.Integer(), templates: Type.Integer() })),
  model: S.Nullable(Type.Object({ id: Type.String(), threshold: Type.Number() })),
});

export function summaryRoutes(app: App, { ports }: Context): void {
  app.get(
    `${API}/summary`,
    {
      config: { access: ['log', 'read', 'people'] },
      schema: {
        tags: ['summary'],
        summary:
          'How many persons and detections there are; `since` counts what was received from then on. Who may see some cameras only gets no count of all, and `since` of hers',
        querystring: S.Exact({ since: Type.Optional(S.Time) }),
        response: answers(200, Summary),
      },
    },
    async (request) => {
      const { since } = request.query;
      const hers = camerasOf(request) ?? undefined;
      const { store, gallery, engine } = ports;
      return {
        persons: await store.persons.counts(),
        // Counting a million rows camera by camera would hold the others up.
        detections: hers ? null : await store.detections.counts(),
        since: since === undefined ? null : await store.detections.counts(Date.parse(since), hers),
        gallery: gallery && { persons: gallery.persons, templates: gallery.templates },
        model: engine && {
          id: engine.embedder.id,
          threshold: ports.gallery?.calibration.threshold ?? engine.embedder.threshold,
        },
      };
    },
  );
}
