// GET /persons/{id}/export: everything kept on her, for herself or for whoever asks on her behalf.

import type { FastifyReply } from 'fastify';
import type { Person } from '../domain.ts';
import { KithError } from '../errors.ts';
import { camerasOf } from './auth.ts';
import { notFound, type App, type Context } from './context.ts';
import { API } from './json.ts';
import { exportPerson } from './person-export.ts';
import type { ServerPorts } from './ports.ts';
import * as S from './schemas.ts';

export function personExportRoutes(app: App, { ports }: Context): void {
  app.get(
    `${API}/persons/:id/export`,
    {
      config: { access: ['people'], audit: 'person.export' },
      schema: {
        tags: ['persons'],
        summary: 'Everything kept on a person as a ZIP archive; not for callers who may see some cameras only',
        params: S.IdParams,
        response: {
          200: {
            description: 'The archive',
            content: { 'application/zip': { schema: { type: 'string', format: 'binary' } } },
          },
          '4xx': S.Problem,
        },
      },
    },
    async (request, reply) => {
      if (camerasOf(request) !== null) {
        const message =
          'An export holds pictures of all cameras, and you may see some only: ask somebody who may see all.';
        throw new KithError('forbidden', message);
      }
      const person = await ports.store.persons.get(request.params.id);
      if (!person) throw notFound('person', request.params.id);
      return answerArchive(reply, person, ports);
    },
  );
}

function answerArchive(reply: FastifyReply, person: Person, ports: ServerPorts): FastifyReply {
  const name = encodeURIComponent(`${person.name}.zip`).replaceAll(/['()*]/g, escape);
  return reply
    .type('application/zip')
    .header('cache-control', 'no-store')
    .header('content-disposition', `attachment; filename="person.zip"; filename*=UTF-8''${name}`)
    .send(exportPerson(person, ports));
}

/** What encodeURIComponent leaves, but the header's grammar does not. */
function escape(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
