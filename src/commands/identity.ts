// `kith person name|merge|ignore|unignore|discard`, `kith detection …`, `kith rerun` and `kith regroup`, over the API.

import type { Client } from '../client.ts';
import { KithError } from '../errors.ts';
import { findPerson, type FoundPerson } from './find-person.ts';
import { entryLine, type Entry } from './history.ts';
import { EXIT, type Output } from './output.ts';

interface Changed {
  readonly entries: readonly Entry[];
}

interface Named extends Changed, FoundPerson {
  readonly lookBack: { readonly sightings: number; readonly strangers: number } | null;
}

export async function namePerson(client: Client, who: string, name: string, output: Output): Promise<number> {
  const { id } = await findPerson(client, who);
  const named = await client.call<Named>({ method: 'PATCH', path: pathOf(id), json: { name } });
  output.answer(named, ({ entries, lookBack }) => [
    ...entries.map(entryLine),
    ...(lookBack
      ? [
          `       ${times(lookBack.sightings, 'earlier sighting')} and ${times(lookBack.strangers, 'stranger')} turned out to be her.`,
        ]
      : []),
  ]);
  return EXIT.done;
}

/** Two known persons become one only with --yes. */
export async function mergePersons(
  client: Client,
  who: string,
  into: string,
  confirmed: boolean,
  output: Output,
): Promise<number> {
  const [from, target] = [await findPerson(client, who), await findPerson(client, into)];
  if (from.kind === 'known' && target.kind === 'known' && !confirmed && from.id !== target.id) {
    throw new KithError(
      'conflict',
      `"${from.name}" and "${target.name}" are both known: if they are one person, say so with --yes.`,
    );
  }
  const json = { into: target.id, confirmed };
  const merged = await client.call<Changed>({ method: 'POST', path: `${pathOf(from.id)}/merge`, json });
  return tell(merged, output);
}

export async function ignorePerson(client: Client, who: string, ignored: boolean, output: Output): Promise<number> {
  const person = await findPerson(client, who);
  const changed = await client.call<Changed>({ method: 'PATCH', path: pathOf(person.id), json: { ignored } });
  return tell(changed, output, `${person.name} is ${ignored ? 'ignored already' : 'not ignored anyway'}.`);
}

export async function discardPerson(client: Client, who: string, output: Output): Promise<number> {
  const { id } = await findPerson(client, who);
  return tell(await client.call<Changed>({ method: 'POST', path: `${pathOf(id)}/discard` }), output);
}

/** What the API says about a detection, as far as these lines need it. */
interface Detection {
  readonly id: string;
  readonly capturedAt: string;
  readonly camera: string;
  readonly state: string;
  readonly person: { readonly name: string } | null;
  readonly decision: string | null;
  readonly decidedBy: string | null;
  readonly candidates: readonly { readonly person: { readonly name: string } }[] | null;
  readonly reason: { readonly message: string } | null;
}

interface ChangedDetections extends Changed {
  readonly detections: readonly Detection[];
}

export type DetectionAction = 'confirm' | 'not-her' | 'discard' | 'move';

/** `whom`: of `move` the person or `new`, of `not-her` the person that they are not. */
export async function changeDetections(
  client: Client,
  action: DetectionAction,
  ids: readonly string[],
  whom: string | undefined,
  output: Output,
): Promise<number> {
  const isNew = action === 'move' && whom === 'new';
  const person = whom === undefined ? undefined : isNew ? null : (await findPerson(client, whom)).id;
  const json = { detections: [...new Set(ids)], ...(person !== undefined && { person }) };
  const changed = await client.call<ChangedDetections>({ method: 'POST', path: `/detections/${action}`, json });
  output.answer(changed, ({ entries, detections }) => [
    ...(entries.length === 0 ? ['Nothing had to be changed.'] : entries.map(entryLine)),
    ...detections.map(detectionLine),
  ]);
  return EXIT.done;
}

export interface ListOptions {
  readonly person?: string;
  readonly camera?: string;
  readonly decision?: string;
  readonly limit: number;
}

/** Newest first. */
export async function listDetections(client: Client, options: ListOptions, output: Output): Promise<number> {
  const { person, camera, decision, limit } = options;
  const query = new URLSearchParams({
    limit: `${limit}`,
    ...(person !== undefined && { person: (await findPerson(client, person)).id }),
    ...(camera !== undefined && { camera }),
    ...(decision !== undefined && { decision }),
  });
  const page = await client.call<{ items: readonly Detection[] }>({
    method: 'GET',
    path: `/detections?${query.toString()}`,
  });
  output.answer(page, ({ items }) => (items.length === 0 ? 'No detections.' : items.map(detectionLine)));
  return EXIT.done;
}

export interface Which {
  readonly from?: string;
  readonly to?: string;
  readonly camera?: string;
  readonly person?: string;
}

export async function rerun(client: Client, { person, ...which }: Which, output: Output): Promise<number> {
  const json = { ...which, ...(person !== undefined && { person: (await findPerson(client, person)).id }) };
  const answer = await client.call<{ looked: number; changed: number; entry: number | null }>({
    method: 'POST',
    path: '/detections/rerun',
    json,
  });
  output.answer(
    answer,
    ({ looked, changed, entry }) =>
      `${times(looked, 'detection')} decided anew, ${changed} changed.${entry === null ? '' : ` Back again: npx kith undo ${entry}`}`,
  );
  return EXIT.done;
}

export async function regroup(client: Client, output: Output): Promise<number> {
  const answer = await client.call<{ merged: number; split: number; moved: number; entries: readonly number[] }>({
    method: 'POST',
    path: '/persons/regroup',
  });
  output.answer(answer, ({ merged, split, moved, entries }) => {
    const back =
      entries.length === 0 ? '' : ` Back again, the last first: npx kith undo ${entries.toReversed().join(', ')}`;
    return `${times(merged, 'stranger')} merged, ${split} split, ${times(moved, 'detection')} moved.${back}`;
  });
  return EXIT.done;
}

function tell(changed: Changed, output: Output, nothing = 'Nothing had to be changed.'): number {
  output.answer(changed, ({ entries }) => (entries.length === 0 ? nothing : entries.map(entryLine)));
  return EXIT.done;
}

function detectionLine({ id, capturedAt, camera, state, person, candidates, decidedBy, reason }: Detection): string {
  const question = candidates?.map((candidate) => candidate.person.name).join(' or ');
  const nobody = state === 'classified' ? 'not identified' : `${state}${reason ? `: ${reason.message}` : ''}`;
  const who = person?.name ?? (question === undefined ? nobody : `${question}?`);
  const human = decidedBy === 'human' ? '  (a human said so)' : '';
  return `  ${id}  ${new Date(capturedAt).toLocaleString('sv-SE')}  ${camera.padEnd(10)}  ${who}${human}`;
}

function times(count: number, what: string): string {
  return `${count} ${count === 1 ? what : `${what}s`}`;
}

function pathOf(personId: string): string {
  return `/persons/${encodeURIComponent(personId)}`;
}
