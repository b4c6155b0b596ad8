// Erasing detections for good. `discard` says that they are no use, and can be undone; this cannot.

import { everything } from '../queries.ts';
import { checkCamera } from './auth.ts';
import { notFound, type App, type Context } from './context.ts';
import { Ids, MOST_DETECTIONS } from './identity-schemas.ts';
import { API } from './json.ts';
import { ErasedJson } from './log-schemas.ts';
import { answers } from './route-schemas.ts';
import * as S from './schemas.ts';

const WHAT =
  'Rows, templates, pictures that nothing else needs, references that came from them, and what the history kept of them. Not undoable: `discard` is what can be undone.';

export function eraseRoutes(app: App, { ports, keeper }: Context): void {
  const { store } = ports;

  app.post(
    `${API}/detections/erase`,
    {
      config: { access: ['people'], audit: 'detection.erase' },
      schema: {
        tags: ['detections'],
        summary: `Erase up to ${MOST_DETECTIONS} detections for good`,
        description: WHAT,
        body: S.Exact({ detections: Ids }),
        response: answers(200, ErasedJson),
      },
    },
    async (request) => {
      const ids = request.body.detections;
      const found = await Promise.all(ids.map((id) => store.detections.get(id)));
      for (const [i, detection] of found.entries()) {
        if (!detection) throw notFound('detection', ids[i] ?? '');
        checkCamera(request, detection.cameraId);
      }
      return erase(ids);
    },
  );

  app.post(
    `${API}/visits/:id/erase`,
    {
      config: { access: ['people'], audit: 'detection.erase' },
      schema: {
        tags: ['visits'],
        summary: 'Erase all detections of a visit for good',
        description: WHAT,
        params: S.IdParams,
        response: answers(200, ErasedJson),
      },
    },
    async (request) => {
      const { id } = request.params;
      const visit = await store.visits.get(id);
      if (!visit) throw notFound('visit', id);
      checkCamera(request, visit.cameraId);
      const detections = await everything((page) => store.detections.list({ visitId: id }, page));
      return erase(detections.map((detection) => detection.id));
    },
  );

  async function erase(ids: readonly string[]) {
    await keeper.dropUnused(await store.detections.erase(ids, ports.visitGapMs));
    return { erased: ids.length };
  }
}
