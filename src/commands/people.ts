// `kith person add`, `list` and `rm`, over the API.

import { pagesOf, type Client } from '../client.ts';
import type { GateVerdict } from '../gallery-port.ts';
import { isKithError } from '../errors.ts';
import { EXIT, type Output } from './output.ts';
import { photoForm, readPicture } from './pictures.ts';

interface PersonAnswer {
  readonly id: string;
  readonly name: string;
  readonly kind: 'known' | 'unknown';
  readonly references: number;
  readonly lastSeenAt: string | null;
}

interface Added extends Pick<GateVerdict, 'findings'> {
  readonly file: string;
  readonly added: boolean;
  readonly verdict: GateVerdict['verdict'];
  readonly reason?: string;
}

async function allPersons(client: Client, filter = ''): Promise<readonly PersonAnswer[]> {
  const persons: PersonAnswer[] = [];
  for await (const some of pagesOf<PersonAnswer>(client, `/persons${filter}`)) persons.push(...some);
  return persons;
}

async function personNamed(client: Client, name: string): Promise<PersonAnswer | undefined> {
  const found = await allPersons(client, `?kind=known&query=${encodeURIComponent(name)}`);
  return found.find((person) => person.name.toLowerCase() === name.trim().toLowerCase());
}

/** Adds photos to a person, who is made when there is nobody of that name; a refused photo stops no other. */
async function addPhotos(
  client: Client,
  name: string,
  files: readonly string[],
  force: boolean,
): Promise<{ person: PersonAnswer; photos: Added[] }> {
  const known = await personNamed(client, name);
  const person = known ?? (await client.call<PersonAnswer>({ method: 'POST', path: '/persons', json: { name } }));
  const photos: Added[] = [];
  for (const file of files) {
    try {
      const form = photoForm(await readPicture(file));
      if (force) form.set('force', 'true');
      const path = `/persons/${person.id}/references`;
      const { verdict, findings } = await client.call<GateVerdict>({ method: 'POST', path, form });
      photos.push({ file, added: true, verdict, findings });
    } catch (error) {
      if (!isKithError(error) || !(error.code === 'invalid' || error.more['findings'])) throw error;
      const findings = (error.more['findings'] as GateVerdict['findings'] | undefined) ?? [];
      photos.push({ file, added: false, verdict: 'refused', findings, reason: error.message });
    }
  }
  if (!known && !photos.some(({ added }) => added)) {
    // Nobody is kept whom no camera could recognise.
    await client.call({ method: 'DELETE', path: `/persons/${person.id}` });
  }
  return { person: { ...person, references: person.references + photos.filter(({ added }) => added).length }, photos };
}

function said({ file, verdict, findings, reason }: Added): string[] {
  if (verdict === 'accepted') return [`  ${file}: accepted`];
  const [first, ...others] = findings.map(({ message }) => message);
  const what = verdict === 'warned' ? 'accepted with warnings' : 'refused';
  return [`  ${file}: ${what}: ${first ?? reason ?? ''}`, ...others.map((message) => `    ${message}`)];
}

/** Exit 0 when every photo was taken, 3 when none was, 1 when some were refused. */
export async function addPerson(
  client: Client,
  name: string,
  files: readonly string[],
  output: Output,
  { force = false }: { readonly force?: boolean } = {},
): Promise<number> {
  const { person, photos } = await addPhotos(client, name, files, force);
  output.answer({ person: { id: person.id, name: person.name, references: person.references }, photos }, () => [
    ...photos.flatMap(said),
    photos.some(({ added }) => added)
      ? `${person.name} now has ${person.references} reference photos.`
      : `${name} was not added: no photo could be used.`,
  ]);
  if (photos.every(({ added }) => added)) return EXIT.done;
  return photos.some(({ added }) => added) ? EXIT.no : EXIT.input;
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
