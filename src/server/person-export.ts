// Everything that is kept on one person, as a ZIP archive: readable JSON, and the pictures as files. Page by page, picture by picture.

import type { Readable } from 'node:stream';
import type { Detection, Person, Reference } from '../domain.ts';
import { isKithError } from '../errors.ts';
import { everyPage, type Page, type PageRequest } from '../queries.ts';
import type { AuditEntry } from '../user-port.ts';
import { entryJson } from './identity-json.ts';
import { runJson } from './action-schemas.ts';
import { detectionJson, referenceJson, visitJson } from './json.ts';
import { wholePersonJson } from './people-schemas.ts';
import { typeOf } from './picture-answer.ts';
import type { ServerPorts } from './ports.ts';
import { auditEntryJson } from './user-schemas.ts';
import { openZip, type ZipWriter } from './zip.ts';

type Needed = Pick<ServerPorts, 'store' | 'pictures' | 'engine' | 'log' | 'clock'>;

/** Begins to write; the stream breaks where something fails. */
export function exportPerson(person: Person, ports: Needed): Readable {
  const zip = openZip();
  write(zip, person, ports).then(
    () => zip.end(),
    (error: unknown) => {
      if (!zip.stream.destroyed) ports.log.error({ err: error, person: person.id }, 'An export was broken off.');
      zip.fail(error instanceof Error ? error : new Error('the export failed', { cause: error }));
    },
  );
  return zip.stream;
}

async function write(zip: ZipWriter, person: Person, ports: Needed): Promise<void> {
  const { store } = ports;
  const personId = person.id;
  const detections = (page: PageRequest) => store.detections.list({ personId }, page);
  await zip.add('README.txt', readme(person, ports.clock()));
  const { edits, notHer, imported } = await store.persons.traces(personId);
  await zip.add(
    'person.json',
    text({ ...wholePersonJson(person), edits: edits.map(timed), notHer: notHer.map(timed), imported }),
  );
  const references = await store.references.ofPerson(personId);
  await zip.add('references.json', text(references.map(referenceJson)));
  await zip.add('templates.json', text(await templatesOf(ports, personId)));
  await zip.add('detections.json', listOf(pagesOf(detections), detectionJson));
  await zip.add(
    'visits.json',
    listOf(
      pagesOf((page) => store.visits.list({ personId }, page)),
      visitJson,
    ),
  );
  await zip.add(
    'history.json',
    listOf(
      pagesOf((page) => store.identity.list({ personId }, page)),
      entryJson,
    ),
  );
  await zip.add(
    'runs.json',
    listOf(
      pagesOf((page) => store.actions.runs({ personId }, page)),
      (run) => runJson(run, person.name),
    ),
  );
  await zip.add(
    'audit.json',
    listOf(
      pagesOf((page) => store.audit.list({ entity: personId }, page)),
      auditJson,
    ),
  );
  for (const reference of references)
    await addPicture(zip, ports, `pictures/references/${nameOf(reference)}`, reference.picture);
  for await (const page of everyPage(detections)) {
    for (const detection of page) {
      await addPicture(zip, ports, `pictures/sightings/${nameOf(detection)}`, detection.picture);
    }
  }
}

async function* pagesOf<T>(list: (page: PageRequest) => Promise<Page<T>>): AsyncGenerator<T> {
  for await (const items of everyPage(list)) yield* items;
}

function text(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

async function* listOf<T>(items: AsyncIterable<T>, toJson: (item: T) => unknown): AsyncGenerator<string> {
  let isFirst = true;
  yield '[';
  for await (const item of items) {
    yield `${isFirst ? '' : ','}\n${JSON.stringify(toJson(item), null, 2)}`;
    isFirst = false;
  }
  yield '\n]\n';
}

/** Where those who looked at her sat is theirs. */
function auditJson(entry: AuditEntry) {
  const { address: _, ...said } = auditEntryJson(entry);
  return said;
}

function timed<T extends { readonly at: number }>(row: T) {
  return { ...row, at: new Date(row.at).toISOString() };
}

/** What she is recognised by, of the model in force. */
async function templatesOf({ store, engine }: Needed, personId: string) {
  if (!engine) return [];
  const { id: model } = engine.embedder;
  const entries = await store.references.entriesOf(model, { personIds: [personId] });
  return entries.map(({ referenceId, vector }) => ({ reference: referenceId, model, vector: [...vector] }));
}

/** By their time, so that a folder is in order; ids may have characters that no file name has. */
function nameOf(of: Reference | Detection): string {
  const at = new Date('capturedAt' in of ? of.capturedAt : of.createdAt).toISOString().replaceAll(/[:.]/g, '-');
  return `${at} ${of.id.replaceAll(/[^\w.-]/g, '_')}`;
}

async function addPicture(zip: ZipWriter, { pictures, log }: Needed, path: string, id: string): Promise<void> {
  let bytes: Uint8Array;
  try {
    bytes = await pictures.get(id);
  } catch (error) {
    // Removed meanwhile, or its file was lost: the rest is still hers to have.
    if (!isKithError(error) || error.code !== 'not_found') throw error;
    log.warn({ picture: id }, 'A picture is missing in an export.');
    return;
  }
  const [, kind = 'octet-stream'] = typeOf(bytes).split('/');
  const ending = kind === 'jpeg' ? 'jpg' : kind === 'octet-stream' ? 'bin' : kind;
  await zip.add(`${path}.${ending}`, bytes, { compress: false });
}

function readme(person: Person, now: number): string {
  return `Everything that Kith keeps on ${person.name}, as of ${new Date(now).toISOString()}.
All times are UTC.

person.json      name, groups, attributes, notes, consent; who changed them last; detections that somebody said are not
                 her; photos of her that were imported
references.json  the photos that she is recognised by
templates.json   what the recognition computes from those photos: numbers, of no use without the same model
detections.json  each time that she was seen: camera, time, how near the face was to her photos
visits.json      the same, put together: when she came and when she was seen last, by camera
history.json     every change of who she is, who made it and when
runs.json        each time that a door or another action was asked for because of her: granted or refused, with the evidence
audit.json       who has looked at her, changed or exported her, and when, as far back as that is kept
pictures/        references: the photos; sightings: the pictures of the detections. Their names begin with their time and
                 end with the id that stands in the JSON files
`;
}
