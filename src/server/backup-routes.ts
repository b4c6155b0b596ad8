// /system/backups: making, listing, removing and taking away what is kept against the worst.

import { Readable } from 'node:stream';
import { Type } from 'typebox';
import { checkSeesAll } from './auth.ts';
import { loaded, type App, type Context } from './context.ts';
import { API, time } from './json.ts';
import { answers, NOTHING } from './route-schemas.ts';
import { Exact, Problem } from './schemas.ts';
import { BackupsJson } from './system-schemas.ts';

const tags = ['system'];
const Params = Exact({ id: Type.String({ pattern: '^[0-9-]{1,40}$' }) });

export function backupRoutes(app: App, { ports }: Context): void {
  const backups = () => loaded(ports.backups ?? null);

  async function stateJson() {
    const { backups: all, making, daily, folder, lastError } = await backups().state();
    return {
      items: all.map(({ createdAt, ...backup }) => ({ ...backup, createdAt: time(createdAt) })),
      next: null,
      folder,
      making: making && { ...making, startedAt: time(making.startedAt) },
      lastError,
      daily: { ...daily },
      database: ports.store.kind,
    };
  }

  app.get(
    `${API}/system/backups`,
    {
      config: { access: ['admin'] },
      schema: { tags, summary: 'The backups, and how far the one being made is', response: answers(200, BackupsJson) },
    },
    stateJson,
  );

  app.post(
    `${API}/system/backups`,
    {
      config: { access: ['admin'], audit: 'backup.make' },
      schema: { tags, summary: 'Make a backup while Kith runs on', response: answers(202, BackupsJson) },
    },
    async (request, reply) => {
      checkSeesAll(request, 'a backup');
      await backups().begin();
      return reply.code(202).send(await stateJson());
    },
  );

  app.delete(
    `${API}/system/backups/:id`,
    {
      config: { access: ['admin'], audit: 'backup.remove' },
      schema: { tags, summary: 'Remove a backup', params: Params, response: answers(204, NOTHING) },
    },
    async (request, reply) => {
      checkSeesAll(request, 'a backup');
      await backups().remove(request.params.id);
      return reply.code(204).send(null);
    },
  );

  app.get(
    `${API}/system/backups/:id/download`,
    {
      config: { access: ['admin'], audit: 'backup.download' },
      exposeHeadRoute: false,
      schema: {
        tags,
        summary: 'A backup as one TAR, for "kith restore" once it is unpacked',
        params: Params,
        response: {
          200: {
            description: 'The archive',
            content: { 'application/x-tar': { schema: Type.Unsafe<Readable>({ type: 'string', format: 'binary' }) } },
          },
          '4xx': Problem,
        },
      },
    },
    async (request, reply) => {
      checkSeesAll(request, 'a backup');
      const { name, bytes, stream } = await backups().download(request.params.id);
      return reply
        .type('application/x-tar')
        .header('cache-control', 'no-store')
        .header('content-disposition', `attachment; filename="${name}"`)
        .header('content-length', bytes)
        .send(Readable.from(stream));
    },
  );
}
