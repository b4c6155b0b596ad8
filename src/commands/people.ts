// `kith person …` and `kith identify`, over the API.

import { readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Client } from '../client.ts';
import { isKithError, KithError, messageOf } from '../errors.ts';
import { EXIT, type Output } from './output.ts';
import { readPicture } from './pictures.ts';

interface PersonAnswer {
  readonly id: string;
  readonly name: string;
  readonly kind: 'known' | 'unknown';
  readonly references: number;
  readonly lastSeenAt: string | null;
}

interface List<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

interface Added {
  readonly file: string;
  readonly added: boolean;
  readonly reason?: string;
}

async function allPersons(client: Client, filter = ''): Promise<readonly PersonAnswer[]> {
  const persons: PersonAnswer[] = [];
  let cursor: string | null = null;
  do {
    const at: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: List<PersonAnswer> = await client.call({ method: 'GET', path: `/persons?limit=500${filter}${at}` });
    persons.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return persons;
}

async function personNamed(client: Client, name: string): Promise<PersonAnswer | undefined> {
  const found = await allPersons(client, `&kind=known&query=${encodeURIComponent(name)}`);
  return found.find((person) => person.name.toLowerCase() === name.trim().toLowerCase());
}

/** Adds photos to a person, who is made when there is nobody of that name; a refused photo stops no other. */
async function addPhotos(
  client: Client,
  name: string,
  files: readonly string[],
): Promise<{ person: PersonAnswer; photos: Added[] }> {
  const known = await personNamed(client, name);
  const person = known ?? (await client.call<PersonAnswer>({ method: 'POST', path: '/persons', json: { name } }));
  const photos: Added[] = [];
  for (const file of files) {
    try {
      await client.call({
        method: 'POST',
        path: `/persons/${person.id}/references`,
        form: photoForm(await readPicture(file)),
      });
      photos.push({ file, added: true });
    } catch (error) {
      if (!isKithError(error) || error.code !== 'invalid') throw error;
      photos.push({ file, added: false, reason: error.message });
    }
  }
  if (!known && !photos.some(({ added }) => added)) {
    // Nobody is kept whom no camera could recognise.
    await client.call({ method: 'DELETE', path: `/persons/${person.id}` });
  }
  return { person: { ...person, references: person.references + photos.filter(({ added }) => added).length }, photos };
}

function photoForm(bytes: Uint8Array): FormData {
  const form = new FormData();
  form.append('image', new Blob([Buffer.from(bytes)]), 'photo');
  return form;
}

/** Exit 0 when every photo was taken, 3 when none was, 1 when some were refused. */
export async function addPerson(
  client: Client,
  name: string,
  files: readonly string[],
  output: Output,
): Promise<number> {
  const { person, photos } = await addPhotos(client, name, files);
  output.answer({ person: { id: person.id, name: person.name, references: person.references }, photos }, () => [
    ...photos.map(({ file, added, reason }) => (added ? `  ${file}: added` : `  ${file}: refused: ${reason ?? ''}`)),
    photos.some(({ added }) => added)
      ? `${person.name} now has ${person.references} reference photos.`
      : `${name} was not added: no photo could be used.`,
  ]);
  if (photos.every(({ added }) => added)) return EXIT.done;
  return photos.some(({ added }) => added) ? EXIT.no : EXIT.input;
}

const PHOTO = /\.(jpe?g|png|webp|avif|gif|tiff?|bmp)$/i;

/** A folder per person with her photos, or photos named for their persons. `_` in a name stands for a space. */
export async function importPersons(client: Client, folder: string, output: Output): Promise<number> {
  const groups = await groupsOf(folder);
  const progress = output.progress('Importing');
  const refused: Added[] = [];
  let photosAdded = 0;
  let done = 0;
  for (const [name, files] of groups) {
    const { photos } = await addPhotos(client, name, files);
    photosAdded += photos.filter(({ added }) => added).length;
    refused.push(...photos.filter(({ added }) => !added));
    progress(++done, groups.size);
  }
  output.answer({ persons: groups.size, photosAdded, refused }, () => [
    `${groups.size} persons, ${photosAdded} photos added, ${refused.length} refused.`,
    ...refused.map(({ file, reason }) => `  ${file}: ${reason ?? ''}`),
  ]);
  return refused.length === 0 ? EXIT.done : EXIT.no;
}

async function groupsOf(folder: string): Promise<Map<string, string[]>> {
  const groups = new Map<string, string[]>();
  try {
    for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
      if (!entry.isFile() || !PHOTO.test(entry.name)) continue;
      const own = entry.parentPath === folder || join(entry.parentPath) === join(folder);
      const raw = own ? basename(entry.name, extname(entry.name)) : basename(entry.parentPath);
      const name = raw.replaceAll('_', ' ').trim();
      groups.set(name, [...(groups.get(name) ?? []), join(entry.parentPath, entry.name)].toSorted());
    }
  } catch (error) {
    throw new KithError(
      'invalid',
      `${folder} cannot be read (${messageOf(error)}): give a folder with one folder per person.`,
      { cause: error },
    );
  }
  if (groups.size > 0) return groups;
  throw new KithError(
    'invalid',
    `${folder} holds no photos: give a folder with one folder per person, named for her, with her photos in it.`,
  );
}

export async function listPersons(client: Client, output: Output): Promise<number> {
  const persons = await allPersons(client);
  output.answer({ items: persons, next: null }, () =>
    persons.length === 0
      ? 'Nobody yet: add somebody with "npx kith person add NAME PHOTO...".'
      : persons.map(
          ({ id, name, kind, references }) =>
            `${id}  ${kind.padEnd(7)}  ${String(references).padStart(3)} photos  ${name}`,
        ),
  );
  return EXIT.done;
}

/** By id, or by the name of a known person. */
export async function removePerson(client: Client, idOrName: string, output: Output): Promise<number> {
  const id = (await personNamed(client, idOrName))?.id ?? idOrName;
  await client.call({ method: 'DELETE', path: `/persons/${encodeURIComponent(id)}` });
  output.answer({ removed: id }, () => `Removed ${idOrName} with all reference photos.`);
  return EXIT.done;
}

interface IdentifiedFace {
  readonly box: readonly number[];
  readonly person: { readonly name: string } | null;
  readonly distance: number | null;
  readonly margin: number | null;
  readonly decision: string;
  readonly runnerUp: { readonly person: { readonly name: string }; readonly distance: number } | null;
}

/** Exit 0 when somebody is known or was seen before, 1 when nobody is. */
export async function identify(client: Client, files: readonly string[], output: Output): Promise<number> {
  const pictures: { file: string; faces: readonly IdentifiedFace[] }[] = [];
  for (const file of files) {
    const form = photoForm(await readPicture(file));
    try {
      const { faces } = await client.call<{ faces: readonly IdentifiedFace[] }>({
        method: 'POST',
        path: '/identify',
        form,
      });
      pictures.push({ file, faces });
    } catch (error) {
      if (!isKithError(error)) throw error;
      throw new KithError(error.code, `${file}: ${error.message}`, { cause: error });
    }
  }
  output.answer(pictures.length === 1 ? pictures[0] : { pictures }, () =>
    pictures.flatMap(({ file, faces }) => [
      `${file}  ${faces.length === 1 ? '1 face' : `${faces.length} faces`}`,
      ...faces.map((face) => `  ${sentence(face)}`),
    ]),
  );
  return pictures.some(({ faces }) => faces.some(({ person }) => person !== null)) ? EXIT.done : EXIT.no;
}

function sentence({ person, distance, runnerUp }: IdentifiedFace): string {
  const far = distance === null ? '' : `  distance ${distance.toFixed(3)}`;
  const next = runnerUp ? `, then ${runnerUp.person.name} ${runnerUp.distance.toFixed(3)}` : '';
  return person ? `${person.name}${far}${next}` : `nobody known${far === '' ? '' : ` (nearest${far})`}`;
}
