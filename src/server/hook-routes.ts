// /hooks/{channel}: what messengers send. Public, because each proves with its own signature who it is; the body stays as it came, as the
// signature is over its bytes.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { KithError } from '../errors.ts';
import { notFound, type App, type Context } from './context.ts';

const MOST_BYTES = 1024 * 1024;

const config = { access: 'public', audit: false, signed: true } as const;

export async function hookRoutes(app: App, { ports }: Context): Promise<void> {
  // Parsers count for the routes of this part only.
  await app.register(async (hooks) => {
    hooks.removeAllContentTypeParsers();
    hooks.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MOST_BYTES }, (_request, body, done) =>
      done(null, body),
    );
    for (const url of ['/hooks/:id', '/hooks/:id/*']) {
      hooks.route({ method: ['GET', 'POST'], url, config, schema: { hide: true }, handler });
    }
  });

  async function handler(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { id } = request.params as { id: string };
    const answer = await ports.hooks?.(id, requestOf(request));
    if (!answer) throw notFound('hook', id);
    const body = Buffer.from(await answer.arrayBuffer());
    for (const [name, value] of answer.headers) if (name === 'content-type') void reply.header(name, value);
    await reply.code(answer.status).header('cache-control', 'no-store').send(body);
  }
}

function requestOf({ method, url, protocol, host, headers, body }: FastifyRequest): Request {
  const given = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) given.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const bytes = Buffer.isBuffer(body) && method === 'POST' ? { body: new Uint8Array(body) } : {};
  const address = URL.parse(url, `${protocol}://${host}`);
  if (!address) throw new KithError('invalid', 'The header "host" is no host.');
  return new Request(address, { method, headers: given, ...bytes });
}
