// What became of the photos of an import, page by page from the API.

import type { Client } from '../client.ts';
import type { GateVerdict } from '../gallery-port.ts';

export interface RecordedPhoto extends GateVerdict {
  readonly file: string;
  readonly name: string;
  readonly person: string | null;
  readonly reference: string | null;
}

export async function* readRecord(client: Client, importId: string): AsyncGenerator<RecordedPhoto> {
  let cursor: string | null = null;
  do {
    const at: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const path = `/imports/${encodeURIComponent(importId)}/photos?limit=500${at}`;
    const page: { items: readonly RecordedPhoto[]; next: string | null } = await client.call({ method: 'GET', path });
    yield* page.items;
    cursor = page.next;
  } while (cursor !== null);
}
