// /imports: bulk enrolments. One request a photo, each with its verdict on record, so that an import can be taken up again.

import { Type, type Static } from 'typebox';
import type { Import } from '../store-port.ts';
import { KithError } from '../errors.ts';
import { notFound, type App, type Context } from './context.ts';
import { parseField, readForm } from './form.ts';
import { createImporter } from './import-photo.ts';
import { API, importedPhotoJson, importJson } from './json.ts';
import { answers, FORM, FormData, NOTHING } from './route-schemas.ts';
import { checker } from './schema-check.ts';
import * as S from './schemas.ts';

const tags = ['imports'];

const Source = S.Exact({
  source: Type.String({ minLength: 1, maxLength: 1000, description: 'what is imported; the same again is taken up' }),
});

const PhotoMeta = S.Exact({
  file: Type.String({
    // What a database cannot keep is refused before anybody is enrolled.
    pattern: String.raw`^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]{1,1000}$`,
    description: 'path of the photo inside the source, at most 1000 characters in one line',
  }),
  name: S.Name,
  attributes: Type.Optional(S.Attributes),
  unreadable: Type.Optional(
    Type.String({ minLength: 1, maxLength: 500, description: 'why there is no picture; instead of `image`' }),
  ),
  force: Type.Optional(Type.Boolean({ description: 'enrol what the gate would refuse but for the operator' })),
});
const checkMeta = checker(PhotoMeta, 'The meta does not fit');

const PhotoFilter = S.Exact({ ...S.PageQuery, verdict: Type.Optional(S.Verdict) });

export function importRoutes(app: App, context: Context): void {
  const { ports, limits, keeper, enrolment } = context;
  const { imports } = ports.store;
  const importer = createImporter(ports.store, enrolment, keeper);

  app.post(
    `${API}/imports`,
    {
      config: { access: ['people'], audit: 'import.add' },
      schema: {
        tags,
        summary: 'Begin a bulk enrolment, or take up the one of the same source',
        body: Source,
        response: answers(200, S.ImportJson),
      },
    },
    async ({ body }) => importJson(await imports.open(body.source)),
  );

  app.post(
    `${API}/imports/:id/photos`,
    {
      config: { access: ['people'], audit: 'import.photo' },
      schema: {
        tags,
        summary:
          'A photo of an import: answers what the gate says; the person is made when there is nobody of that name',
        params: S.IdParams,
        consumes: FORM,
        body: FormData(['image'], { meta: PhotoMeta }, ['image']),
        response: answers(200, S.ImportedPhotoJson),
      },
    },
    async (request) => {
      const { id } = await find(request.params.id);
      const wish = { pictures: { image: { least: 0, most: 1 } }, texts: ['meta'], emptyPictures: true };
      const form = await readForm(request, wish, limits.pictureBytes);
      const meta = checkMeta(parseField('meta', form.texts['meta'] ?? '')) as Static<typeof PhotoMeta>;
      const { file, name, attributes = {}, force = false, unreadable = 'The file is empty (0 bytes).' } = meta;
      if (!file.isWellFormed()) throw new KithError('invalid', 'The path has broken characters: rename the file.');
      const [image] = form.pictures['image'] ?? [];
      const photo = image && image.length > 0 ? image : { unreadable };
      return importedPhotoJson(await importer.take(id, { file, name, attributes, photo, force }, request.signal));
    },
  );

  app.get(
    `${API}/imports`,
    {
      config: { access: ['read', 'people'] },
      schema: {
        tags,
        summary: 'Bulk enrolments',
        querystring: S.Exact(S.PageQuery),
        response: answers(200, S.List(S.ImportJson)),
      },
    },
    async ({ query: { limit = 50, cursor } }) => {
      const { items, next } = await imports.list({ limit, ...(cursor && { cursor }) });
      return { items: items.map(importJson), next };
    },
  );

  app.get(
    `${API}/imports/:id`,
    {
      config: { access: ['read', 'people'] },
      schema: { tags, summary: 'A bulk enrolment', params: S.IdParams, response: answers(200, S.ImportJson) },
    },
    async ({ params }) => importJson(await find(params.id)),
  );

  app.get(
    `${API}/imports/:id/photos`,
    {
      config: { access: ['read', 'people'] },
      schema: {
        tags,
        summary: 'What became of the photos of an import',
        params: S.IdParams,
        querystring: PhotoFilter,
        response: answers(200, S.List(S.ImportedPhotoJson)),
      },
    },
    async ({ params, query: { limit = 50, cursor, verdict } }) => {
      const { id } = await find(params.id);
      const { items, next } = await imports.photos(
        id,
        { ...(verdict && { verdict }) },
        { limit, ...(cursor && { cursor }) },
      );
      return { items: items.map(importedPhotoJson), next };
    },
  );

  app.delete(
    `${API}/imports/:id`,
    {
      config: { access: ['people'], audit: 'import.remove' },
      schema: {
        tags,
        summary: 'Forget the record of an import; whom it enrolled stays',
        params: S.IdParams,
        response: answers(204, NOTHING),
      },
    },
    async ({ params }, reply) => {
      const { id } = await find(params.id);
      await imports.remove(id);
      importer.forget(id);
      return reply.code(204).send(null);
    },
  );

  async function find(id: string): Promise<Import> {
    const found = await imports.get(id);
    if (!found) throw notFound('import', id);
    return found;
  }
}
