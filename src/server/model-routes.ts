// /models: the embedding models, and the change from one to another while Kith runs.

import { Type } from 'typebox';
import { checkSeesAll } from './auth.ts';
import { loaded, type App, type Context } from './context.ts';
import { API } from './json.ts';
import type { ModelsStatus } from './ports.ts';
import { answers } from './route-schemas.ts';
import * as S from './schemas.ts';

const tags = ['models'];
const ModelName = Type.String({ minLength: 1, maxLength: 200, description: 'id or name of a model of the list' });
const ModelJson = Type.Object({
  id: Type.String({ description: 'the mark on its templates' }),
  name: Type.String(),
  own: Type.Boolean({ description: 'an ONNX network of the settings' }),
  configured: Type.Boolean({ description: 'what the settings ask for' }),
  state: Type.Enum(['in_force', 'preparing', 'earlier', 'available', 'gone']),
});
const Preparing = Type.Object({
  model: Type.String(),
  startedAt: S.Time,
  done: Type.Integer({ description: 'references and recent shots that have their template' }),
  total: Type.Integer(),
  failed: Type.Integer({ description: 'of them, those that this model sees no face in' }),
  secondsLeft: S.Nullable(Type.Integer({ description: 'at the speed since it was asked first' })),
  asksForForce: Type.Boolean({
    description: 'too many have failed: it waits for a switch with `force`, or for a cancel',
  }),
});
const ModelsJson = Type.Object({
  items: Type.Array(ModelJson),
  next: Type.Null(),
  inForce: S.Nullable(Type.String()),
  preparing: S.Nullable(Preparing),
});
const Switch = S.Exact({
  model: ModelName,
  force: Type.Optional(Type.Boolean({ description: 'also when many photos have failed; default false' })),
});

export function modelRoutes(app: App, { ports }: Context): void {
  const control = () => loaded(ports.models ?? null);

  app.get(
    `${API}/models`,
    {
      config: { access: ['read', 'people'] },
      schema: {
        tags,
        summary: 'The embedding models: which is in force, and how far the next one is',
        response: answers(200, ModelsJson),
      },
    },
    async () => modelsJson(await control().status()),
  );

  app.post(
    `${API}/models/switch`,
    {
      config: { access: ['admin'], audit: 'model.switch' },
      schema: {
        tags,
        summary: 'Prepare a model in the background; once all is prepared it takes over',
        body: Switch,
        response: answers(202, ModelsJson),
      },
    },
    async (request, reply) => {
      checkSeesAll(request, 'another model');
      const { model, force = false } = request.body;
      return reply.code(202).send(modelsJson(await control().switchTo(model, { force })));
    },
  );

  app.delete(
    `${API}/models/switch`,
    {
      config: { access: ['admin'], audit: 'model.cancel' },
      schema: {
        tags,
        summary: 'Leave the preparation; the templates made so far are kept',
        response: answers(200, ModelsJson),
      },
    },
    async (request) => {
      checkSeesAll(request, 'another model');
      return modelsJson(await control().cancel());
    },
  );
}

function modelsJson({ models, active, preparing }: ModelsStatus) {
  return {
    items: models.map(({ id, name, own, configured, state }) => ({ id, name, own, configured, state })),
    next: null,
    inForce: active,
    preparing: preparing && {
      model: preparing.model,
      startedAt: new Date(preparing.startedAt).toISOString(),
      done: preparing.done,
      total: preparing.total,
      failed: preparing.failed,
      secondsLeft: preparing.secondsLeft,
      asksForForce: preparing.asksForForce,
    },
  };
}
