// The live page at / and the one-time links that open it. Without a session it shows nothing but how to get one.

import { readFile } from 'node:fs/promises';
import { Type } from 'typebox';
import type { App, Context } from './context.ts';
import { cookieOf, SESSION_COOKIE } from './sessions.ts';

const FILES = {
  '/page/page.css': { file: 'page.css', type: 'text/css; charset=utf-8' },
  '/page/page.js': { file: 'page.js', type: 'text/javascript; charset=utf-8' },
  '/page/view.js': { file: 'view.js', type: 'text/javascript; charset=utf-8' },
  '/page/words.js': { file: 'words.js', type: 'text/javascript; charset=utf-8' },
  '/page/icon.svg': { file: 'icon.svg', type: 'image/svg+xml' },
} as const;

/** No inline script or style, nothing from elsewhere, in nobody's frame. */
export const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HTML = 'text/html; charset=utf-8';
const hidden = { config: { access: 'public' }, schema: { hide: true } } as const;

export async function pageRoutes(app: App, { sessions }: Context): Promise<void> {
  const [index, closed, used, opened] = await Promise.all(
    ['index.html', 'closed.html', 'used.html', 'opened.html'].map(read),
  );

  app.get('/', hidden, async (request, reply) => {
    const session = cookieOf(request.headers.cookie, SESSION_COOKIE);
    const isOpen = session !== undefined && sessions.isOpen(session);
    void reply.type(HTML).header('cache-control', 'no-store').header('content-security-policy', PAGE_POLICY);
    return reply.code(isOpen ? 200 : 401).send(isOpen ? index : closed);
  });

  // No HEAD, and no use by a browser that only looks ahead: either would use the link up unseen.
  app.get(
    '/open/:token',
    {
      ...hidden,
      exposeHeadRoute: false,
      schema: { hide: true, params: Type.Object({ token: Type.String({ maxLength: 100 }) }) },
    },
    async (request, reply) => {
      void reply.type(HTML).header('cache-control', 'no-store').header('content-security-policy', PAGE_POLICY);
      const { 'sec-purpose': purpose, 'sec-fetch-site': site } = request.headers;
      if (typeof purpose === 'string' && purpose.includes('prefetch')) return reply.code(503).send(closed);
      const session = sessions.open(request.params.token);
      if (!session) return reply.code(410).send(used);
      const secure = request.protocol === 'https' ? '; Secure' : '';
      const cookie = `${SESSION_COOKIE}=${session.cookie}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${session.maxAgeS}${secure}`;
      void reply.header('set-cookie', cookie);
      // A browser that came from another site would not send a strict cookie along a redirect: this page goes on by itself.
      if (site === 'cross-site') return reply.send(opened);
      return reply.redirect('/', 303);
    },
  );

  for (const [url, { file, type }] of Object.entries(FILES)) {
    const bytes = await read(file);
    app.get(url, hidden, async (_request, reply) => reply.type(type).header('cache-control', 'no-cache').send(bytes));
  }
}

function read(file: string): Promise<Buffer> {
  return readFile(new URL(`page/${file}`, import.meta.url));
}
