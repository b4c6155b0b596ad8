// `kith history` and `kith undo`: who changed which identity and when, and the way back.

import type { Client } from '../client.ts';
import { findPerson } from './find-person.ts';
import { EXIT, type Output } from './output.ts';

export interface Entry {
  readonly seq: number;
  readonly at: string;
  readonly actor: string;
  readonly summary: string;
  readonly detections: number;
  readonly undone: { readonly at: string; readonly by: string } | null;
}

export interface HistoryOptions {
  readonly person?: string;
  readonly detection?: string;
  readonly limit: number;
}

/** The latest first. */
export async function history(client: Client, options: HistoryOptions, output: Output): Promise<number> {
  const person = options.person === undefined ? null : await findPerson(client, options.person);
  const query = new URLSearchParams({
    limit: `${options.limit}`,
    ...(person && { person: person.id }),
    ...(options.detection !== undefined && { detection: options.detection }),
  });
  const page = await client.call<{ items: readonly Entry[]; next: string | null }>({
    method: 'GET',
    path: `/history?${query.toString()}`,
  });
  output.answer(page, ({ items, next }) => {
    if (items.length === 0) return 'No identity was changed yet.';
    return [...items.map(entryLine), ...(next === null ? [] : ['… and earlier ones: --limit 500 shows more.'])];
  });
  return EXIT.done;
}

export async function undo(client: Client, seq: number, output: Output): Promise<number> {
  const entry = await client.call<Entry>({ method: 'POST', path: `/history/${seq}/undo` });
  output.answer(entry, ({ seq, summary }) => `Undone: ${seq}  ${summary}`);
  return EXIT.done;
}

export function entryLine({ seq, at, actor, summary, detections, undone }: Entry): string {
  const count = detections === 0 ? '' : detections === 1 ? '  (1 detection)' : `  (${detections} detections)`;
  const back = undone === null ? '' : `  undone by ${undone.by}, ${localTime(undone.at)}`;
  return `${String(seq).padStart(5)}  ${localTime(at)}  ${actor.padEnd(14)}  ${summary}${count}${back}`;
}

function localTime(iso: string): string {
  // Sweden writes times as ISO does, in the zone of this machine.
  return new Date(iso).toLocaleString('sv-SE');
}
