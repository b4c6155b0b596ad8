// /commands: what can be said to Kith in a chat, for programs that bring a chat of their own.

import type { FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import { createUserClient } from '../user-client.ts';
import { loaded, type App, type Context } from './context.ts';
import { readForm } from './form.ts';
import { API } from './json.ts';
import { answers } from './route-schemas.ts';
import { checker } from './schema-check.ts';
import * as S from './schemas.ts';

const Command = S.Exact({
  text: Type.String({ minLength: 1, maxLength: 2000, description: 'as in a chat: "who is here", "help"' }),
});
const Answer = Type.Object({
  text: Type.String({ description: 'plain text, may have several lines' }),
  pictures: Type.Array(Type.String({ contentEncoding: 'base64', contentMediaType: 'image/jpeg' })),
});
const checkCommand = checker(Command, 'The command does not fit');
/** What says who is calling. */
const WHO = ['authorization', 'cookie', 'x-kith', 'sec-fetch-site', 'origin', 'host'] as const;

export function commandRoutes(app: App, { ports, limits }: Context): void {
  app.post(
    `${API}/commands`,
    {
      config: { access: ['log', 'read', 'people'], audit: 'command.run' },
      schema: {
        tags: ['alerts'],
        summary:
          'Say something to Kith as in a chat; form data may bring a photo `image` beside `text`. What it does is done as who calls',
        consumes: ['application/json', 'multipart/form-data'],
        body: Type.Unsafe<unknown>({
          type: 'object',
          'x-form': true,
          required: ['text'],
          properties: { text: Command.properties.text, image: { type: 'string', format: 'binary' } },
        }),
        response: answers(200, Answer),
      },
    },
    async (request) => {
      const run = loaded(ports.runCommand ?? null);
      const command = await commandOf(request);
      const { text, pictures } = await run(command, createUserClient(app, whoOf(request)));
      return { text, pictures: pictures.map((picture) => Buffer.from(picture).toString('base64')) };
    },
  );

  async function commandOf(request: FastifyRequest): Promise<{ readonly text: string; readonly image?: Uint8Array }> {
    if (!request.isMultipart()) return checkCommand(request.body) as Static<typeof Command>;
    const wish = { pictures: { image: { least: 0, most: 1 } }, texts: ['text'] };
    const form = await readForm(request, wish, limits.pictureBytes);
    const { text } = checkCommand({ text: form.texts['text'] }) as Static<typeof Command>;
    const image = form.pictures['image']?.[0];
    return { text, ...(image && { image }) };
  }
}

function whoOf({ headers }: FastifyRequest): Record<string, string> {
  const who: Record<string, string> = {};
  for (const name of WHO) {
    const value = headers[name];
    if (typeof value === 'string') who[name] = value;
  }
  return who;
}
