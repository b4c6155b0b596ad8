// `kith person import`: many photos, a few at a time, each put on record by the API, so that it goes on where it was broken off.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../client.ts';
import { isKithError, KithError, messageOf } from '../errors.ts';
import { CSV } from './import-csv.ts';
import { FOLDER } from './import-folder.ts';
import { reportOf, writeRows, type ImportReport, type Problem } from './import-report.ts';
import { readRecord, type RecordedPhoto } from './import-record.ts';
import { openSource, type PhotoSource, type SourcePhoto, type SourceProblem } from './import-source.ts';
import { ZIP } from './import-zip.ts';
import { EXIT, type Output } from './output.ts';

export interface ImportOptions {
  /** Forget what is on record and look at all photos. */
  readonly anew?: boolean;
  /** Look at the refused ones again. */
  readonly retry?: boolean;
  readonly force?: boolean;
  /** Where to write a row for each photo. */
  readonly report?: string;
}

interface Summary {
  readonly detections: { readonly classified: number };
}

const KINDS = [FOLDER, ZIP, CSV];

/** So many photos are in memory and under way. */
const AT_ONCE = 4;
/** The program may be starting or restarting. */
const TRIES = 5;
const TRY_AGAIN_MS = 2000;
/** One photo may be too much for the engine; when all are, it is not the photos. */
const INTERNAL_ERRORS_MOST = 5;

/** Exit 0 when everything was taken, 1 when something was refused or it was broken off. KithError `invalid` when the source
 * cannot be used. */
export async function importPersons(
  client: Client,
  path: string,
  options: ImportOptions,
  output: Output,
  signal = interruption(),
): Promise<number> {
  const source = await openSource(path, KINDS);
  // Found out before an hour of work, not after it.
  if (options.report !== undefined) await writeRows(options.report, nothing(), []);
  let report: ImportReport;
  try {
    report = await run(client, source, options, output, signal);
  } finally {
    await source.close();
  }
  const { lines, ...answer } = report;
  output.answer(answer, () => lines);
  return report.refused.length === 0 && !report.interrupted ? EXIT.done : EXIT.no;
}

async function run(
  client: Client,
  source: PhotoSource,
  { anew = false, retry = false, force = false, report }: ImportOptions,
  output: Output,
  signal: AbortSignal,
): Promise<ImportReport> {
  const began = Date.now();
  const id = await openImport(client, source.id, anew);
  const done = new Set<string>();
  for await (const { file, verdict } of readRecord(client, id)) if (!retry || verdict !== 'refused') done.add(file);

  const progress = output.progress('Importing');
  const problems: Problem[] = [];
  let [seen, looked, inARow] = [0, 0, 0];
  const path = `/imports/${encodeURIComponent(id)}/photos`;

  async function take(photo: SourcePhoto | SourceProblem): Promise<void> {
    if (!done.has(photo.file)) {
      try {
        // A row without a name belongs to nobody and cannot be on record.
        if (photo.name === '') throw new KithError('invalid', 'problem' in photo ? photo.problem : 'It has no name.');
        await post(client, path, await formOf(photo, force));
        inARow = 0;
      } catch (error) {
        if (isFatal(error) || (isInternal(error) && ++inARow >= INTERNAL_ERRORS_MOST)) throw broken(photo.file, error);
        problems.push({ file: photo.file, name: photo.name, message: messageOf(error) });
      }
      looked += 1;
    }
    progress((seen += 1), source.total);
  }

  await atOnce(source.photos(), AT_ONCE, take, signal);
  const { detections } = await client.call<Summary>({ method: 'GET', path: '/summary' });
  const sightings = detections.classified > 0;
  const of = {
    id,
    source: source.id,
    total: source.total,
    seen,
    looked,
    problems,
    sightings,
    interrupted: signal.aborted,
  };
  const made = await reportOf(client, { ...of, seconds: (Date.now() - began) / 1000, file: report });
  if (report !== undefined) await writeRows(report, readRecord(client, id), problems);
  return made;
}

async function openImport(client: Client, source: string, anew: boolean): Promise<string> {
  const open = () => client.call<{ id: string }>({ method: 'POST', path: '/imports', json: { source } });
  const { id } = await open();
  if (!anew) return id;
  await client.call({ method: 'DELETE', path: `/imports/${encodeURIComponent(id)}` });
  return (await open()).id;
}

async function formOf(photo: SourcePhoto | SourceProblem, force: boolean): Promise<FormData> {
  const form = new FormData();
  const { file, name } = photo;
  const meta = { file, name, ...('attributes' in photo && { attributes: photo.attributes }), force };
  try {
    if ('problem' in photo) throw new KithError('invalid', photo.problem);
    form.set('image', new Blob([Buffer.from(await photo.read())]), 'photo');
    form.set('meta', JSON.stringify(meta));
  } catch (error) {
    if (!isKithError(error)) throw error;
    form.set('meta', JSON.stringify({ ...meta, unreadable: error.message.slice(0, 500) }));
  }
  return form;
}

async function post(client: Client, path: string, form: FormData): Promise<RecordedPhoto> {
  for (let tries = 1; ; tries++) {
    try {
      return await client.call<RecordedPhoto>({ method: 'POST', path, form });
    } catch (error) {
      if (!isKithError(error) || error.code !== 'unavailable' || tries >= TRIES) throw error;
      await sleep(TRY_AGAIN_MS);
    }
  }
}

/** What is wrong with this photo only leaves the others alone. */
function isFatal(error: unknown): boolean {
  return !isInternal(error) && !(isKithError(error) && (error.code === 'invalid' || error.code === 'conflict'));
}

function isInternal(error: unknown): boolean {
  return isKithError(error) && error.status === 500;
}

function broken(file: string, error: unknown): KithError {
  const message = `The import was broken off at ${file}: ${messageOf(error)} What was taken stays: run the same command again and it goes on.`;
  return new KithError('unavailable', message, { cause: error });
}

/** Works on so many items at a time and takes the next one only then. After an error or a signal nothing new is begun, and what is
 * under way ends. */
export async function atOnce<T>(
  items: AsyncIterable<T>,
  most: number,
  work: (item: T) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  async function watched(item: T): Promise<void> {
    try {
      await work(item);
    } catch (error) {
      failures.push(error);
    }
  }
  try {
    for await (const item of items) {
      if (signal.aborted || failures.length > 0) break;
      const one: Promise<void> = watched(item).finally(() => running.delete(one));
      running.add(one);
      if (running.size >= most) await Promise.race(running);
    }
  } finally {
    await Promise.all(running);
  }
  if (failures.length > 0) throw failures[0];
}

async function* nothing(): AsyncGenerator<RecordedPhoto> {}

/** The first Ctrl-C ends the import in good order, the second one at once. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort());
  return controller.signal;
}
