// /health, /ready, /metrics: for whoever watches over the process.

import { Type } from 'typebox';
import { checkSeesAll } from './auth.ts';
import type { App, Context } from './context.ts';
import { Problem } from './schemas.ts';

const tags = ['health'];
const Ready = Type.Object({ ready: Type.Boolean(), reasons: Type.Array(Type.String()) });
const NotReady = Type.Object({ ...Ready.properties, ...Problem.properties });

export function healthRoutes(app: App, { ports, metrics }: Context): void {
  app.get(
    '/health',
    {
      config: { access: 'public' },
      schema: {
        tags,
        security: [],
        summary: 'Does the process live?',
        response: { 200: Type.Object({ status: Type.String() }) },
      },
    },
    async () => ({ status: 'ok' }),
  );

  app.get(
    '/ready',
    {
      config: { access: 'public' },
      schema: { tags, security: [], summary: 'Can it classify?', response: { 200: Ready, 503: NotReady } },
    },
    async (_request, reply) => {
      const reasons = [...(ports.notReady?.() ?? [])];
      if (!ports.engine || !ports.match) reasons.push('The models are still being loaded.');
      try {
        await ports.store.ping();
      } catch (error) {
        // Anybody may read this, so what exactly is wrong stands in the log only.
        ports.log.warn({ err: error }, 'The store does not answer.');
        reasons.push('The store does not answer.');
      }
      if (reasons.length === 0) return { ready: true, reasons };
      const error = { code: 'unavailable', message: reasons.join(' ') };
      return reply.code(503).send({ ready: false, reasons, error });
    },
  );

  app.get(
    '/metrics',
    {
      config: { access: ['read', 'people'] },
      schema: {
        tags,
        summary: 'Metrics for Prometheus',
        response: {
          200: { description: 'Metrics', content: { 'text/plain': { schema: Type.String() } } },
          '4xx': Problem,
        },
      },
    },
    async (request, reply) => {
      checkSeesAll(request, 'this');
      return reply.type(metrics.contentType).send(await metrics.text());
    },
  );
}
