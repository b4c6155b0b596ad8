// /report: "does it work?", as JSON, as a page, and how far the one being made is.

import { Type } from 'typebox';
import { checkSeesAll } from './auth.ts';
import { loaded, type App, type Context } from './context.ts';
import { API } from './json.ts';
import type { ReportPort } from './ports.ts';
import { ReportJson } from './report-schema.ts';
import { answers } from './route-schemas.ts';
import { Nullable, Problem } from './schemas.ts';

const tags = ['report'];
const Progress = Nullable(Type.Object({ done: Type.Integer(), total: Type.Integer() }));
/** Names the sample's people: nobody's cache keeps it. */
const UNKEPT = 'no-store';

export function reportRoutes(app: App, { ports }: Context): void {
  const report = (): ReportPort => loaded(ports.report ?? null);

  app.get(
    `${API}/report`,
    {
      config: { access: ['read', 'people'], audit: 'report.see' },
      schema: {
        tags,
        summary: 'Does it work? Leave-one-out over the gallery, error rates, confusable people, weak photos',
        description: 'Takes seconds on a large gallery; who asks meanwhile gets the same report.',
        response: answers(200, Type.Unsafe<object>(ReportJson)),
      },
    },
    async (request, reply) => {
      checkSeesAll(request, 'the report');
      void reply.header('cache-control', UNKEPT);
      return report().report();
    },
  );

  app.get(
    `${API}/report.html`,
    {
      config: { access: ['read', 'people'], audit: 'report.export' },
      schema: {
        tags,
        summary: 'The report as one HTML page with plots, which needs nothing else',
        response: {
          200: { description: 'The page', content: { 'text/html': { schema: { type: 'string' } } } },
          '4xx': Problem,
          '5xx': Problem,
        },
      },
    },
    async (request, reply) => {
      checkSeesAll(request, 'the report');
      const { html, policy } = await report().page();
      return reply
        .type('text/html; charset=utf-8')
        .header('cache-control', UNKEPT)
        .header('content-security-policy', policy)
        .send(html);
    },
  );

  app.get(
    `${API}/report/progress`,
    {
      config: { access: ['read', 'people'] },
      schema: {
        tags,
        summary: 'How far the report is that is being made; null when none is',
        response: answers(200, Progress),
      },
    },
    async (request) => {
      checkSeesAll(request, 'the report');
      return report().progress();
    },
  );
}
