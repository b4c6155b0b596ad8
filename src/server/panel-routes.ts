// The admin panel: the files that `npm run build` has made in web/dist, and the one-time links that let somebody in. Nothing in these
// files is secret; what they show comes from the API.

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import staticFiles from '@fastify/static';
import { Type } from 'typebox';
import type { App, Context } from './context.ts';
import { setCookie } from './cookies.ts';
import { createPanelPage } from './panel-page.ts';

const DIST = fileURLToPath(new URL('../../web/dist', import.meta.url));
const HTML = 'text/html; charset=utf-8';
const hidden = { config: { access: 'public' }, schema: { hide: true } } as const;

/** Addresses inside the panel, which the browser takes apart itself. */
const VIEWS = [
  '/',
  '/setup',
  '/login',
  '/account',
  '/live',
  '/log',
  '/alerts',
  '/people',
  '/strangers',
  '/search',
  '/cameras',
  '/doors',
  '/rules',
  '/reports',
  '/settings',
  '/system',
  '/users',
  '/audit',
];

/** No inline script; styles only those of files and those that carry this answer's nonce; nothing from elsewhere, in nobody's frame. */
function panelPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' blob:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** It reads alerts and their pictures, which it shows as data: URLs. */
const PUSH_POLICY = "default-src 'none'; connect-src 'self'; img-src 'self' data:";

export async function panelRoutes(app: App, { links }: Context): Promise<void> {
  const [notBuilt, used, style, icon, push] = await Promise.all(
    ['not-built.html', 'used.html', 'page.css', 'icon.svg', 'push.js'].map(read),
  );
  const page = createPanelPage(`${DIST}/index.html`);

  for (const view of VIEWS) {
    for (const url of view === '/' ? [view] : [view, `${view}/*`]) {
      app.get(url, hidden, async (_request, reply) => {
        void reply.type(HTML).header('cache-control', 'no-store');
        const nonce = randomBytes(16).toString('base64');
        const html = await page.withNonce(nonce);
        void reply.header('content-security-policy', panelPolicy(html === null ? '-' : nonce));
        return html === null ? reply.code(503).send(notBuilt) : reply.send(html);
      });
    }
  }

  // Named by their content, so whoever has one need not ask again.
  await app.register(staticFiles, {
    root: `${DIST}/assets`,
    serve: false,
    preCompressed: true,
    immutable: true,
    maxAge: '1y',
  });
  app.get('/assets/*', hidden, async (request, reply) => reply.sendFile((request.params as { '*': string })['*']));

  app.get('/page/page.css', hidden, async (_request, reply) => reply.type('text/css; charset=utf-8').send(style));
  app.get('/page/icon.svg', hidden, async (_request, reply) => reply.type('image/svg+xml').send(icon));

  // Its reach is /page/, where no page is: it takes messages and never comes between a page and the server. Asked for anew each time, so
  // that an update of Kith is one of it too.
  app.get('/page/push.js', hidden, async (_request, reply) =>
    reply
      .type('text/javascript; charset=utf-8')
      .header('cache-control', 'no-cache')
      .header('content-security-policy', PUSH_POLICY)
      .send(push),
  );

  // No HEAD, and no use by a browser that only looks ahead: either would use the link up unseen.
  app.get(
    '/open/:token',
    {
      ...hidden,
      exposeHeadRoute: false,
      schema: { hide: true, params: Type.Object({ token: Type.String({ maxLength: 100 }) }) },
    },
    async (request, reply) => {
      void reply.type(HTML).header('cache-control', 'no-store').header('content-security-policy', panelPolicy('-'));
      const { 'sec-purpose': purpose } = request.headers;
      if (typeof purpose === 'string' && purpose.includes('prefetch')) return reply.code(503).send(used);
      const opened = links.open(request.params.token);
      if (!opened) return reply.code(410).send(used);
      setCookie(reply, 'link', opened.cookie, opened.maxAgeS);
      return reply.redirect('/setup', 303);
    },
  );
}

function read(file: string): Promise<Buffer> {
  return readFile(new URL(`page/${file}`, import.meta.url));
}
