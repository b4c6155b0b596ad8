// One photo of a bulk enrolment: judged, taken or not, and put on record, so that the import can be broken off anywhere.

import type { Person, Reference } from '../domain.ts';
import { everyPage } from '../queries.ts';
import type { ImportedPhoto, Store } from '../store-port.ts';
import { unreadablePhoto, type Enrolment, type Judgement, type SeenPhoto } from './enrolment.ts';
import { personNamed } from './person-named.ts';
import type { PictureKeeper } from './picture-keeper.ts';

export interface PhotoToImport {
  readonly file: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Bytes, or why there are none. */
  readonly photo: Uint8Array | { readonly unreadable: string };
  readonly force: boolean;
}

export interface Importer {
  /** KithError `invalid` when the name or the attributes cannot be stored; a photo that is no use is `refused`. */
  take(importId: string, photo: PhotoToImport, signal: AbortSignal): Promise<ImportedPhoto>;
  /** The import is gone. */
  forget(importId: string): void;
}

/** So many imports are under way at a time that what their files became is kept in memory. */
const IMPORTS_HELD = 4;

export function createImporter(store: Store, enrolment: Enrolment, keeper: PictureKeeper): Importer {
  /** For each import: which file a reference came from. */
  const filesOf = new Map<string, Map<string, string>>();

  async function filesOfReferences(importId: string): Promise<Map<string, string>> {
    const held = filesOf.get(importId);
    if (held) return held;
    const files = new Map<string, string>();
    for await (const photos of everyPage((page) => store.imports.photos(importId, {}, page))) {
      for (const { referenceId, file } of photos) if (referenceId !== null) files.set(referenceId, file);
    }
    filesOf.set(importId, files);
    const [oldest] = filesOf.keys();
    if (filesOf.size > IMPORTS_HELD && oldest !== undefined) filesOf.delete(oldest);
    return files;
  }

  async function describe(person: Person, attributes: Readonly<Record<string, string>>): Promise<void> {
    const changed = Object.entries(attributes).some(([key, value]) => person.attributes[key] !== value);
    if (changed) await store.persons.setAttributes(person.id, { ...person.attributes, ...attributes });
  }

  /** What becomes of a photo with a face: the row about it, which is written once the next photo is looked at. */
  async function enrol(importId: string, photo: PhotoToImport, seen: SeenPhoto): Promise<ImportedPhoto> {
    const { file, name, attributes, force } = photo;
    const files = await filesOfReferences(importId);
    const person = await personNamed(store, name);
    const hers = person ? await store.references.ofPerson(person.id) : [];
    // Taken already, by this very file: the import was broken off before that was on record, or is done anew.
    const taken = hers.find(({ id, picture }) => picture === seen.picture && (files.get(id) ?? file) === file);
    const judgement = await enrolment.judge(seen, person, { force: force || !!taken, except: taken?.id });
    const { verdict, findings } = judgement;
    const row = { file, name, verdict, findings };
    if (person) await describe(person, attributes);
    if (verdict === 'refused') return { ...row, personId: person?.id ?? null, referenceId: null };
    const reference = person
      ? (taken ?? (await enrolment.add(person.id, seen, judgement)))
      : await enrolNew(name, attributes, seen, judgement);
    files.set(reference.id, file);
    return { ...row, personId: reference.personId, referenceId: reference.id };
  }

  async function enrolNew(
    name: string,
    attributes: Readonly<Record<string, string>>,
    seen: SeenPhoto,
    judgement: Judgement,
  ): Promise<Reference> {
    const made = await store.persons.add(name);
    try {
      await describe(made, attributes);
      return await enrolment.add(made.id, seen, judgement);
    } catch (error) {
      // Nobody is kept whom no camera could recognise.
      await keeper.dropUnused(await store.persons.remove(made.id));
      throw error;
    }
  }

  /** Nobody's template is asked for, so it need not wait for the others. */
  async function refuse({ file, name }: PhotoToImport, seen: SeenPhoto): Promise<ImportedPhoto> {
    const person = await personNamed(store, name);
    const { verdict, findings } = await enrolment.judge(seen, person);
    return { file, name, verdict, findings, personId: person?.id ?? null, referenceId: null };
  }

  return {
    async take(importId, photo, signal) {
      const seen =
        photo.photo instanceof Uint8Array
          ? await enrolment.see(photo.photo, signal)
          : unreadablePhoto(photo.photo.unreadable);
      const row = seen.face ? await enrolment.alone(() => enrol(importId, photo, seen)) : await refuse(photo, seen);
      await store.imports.putPhoto(importId, row);
      return row;
    },
    forget(importId) {
      filesOf.delete(importId);
    },
  };
}
