// What became of the photos of an import, page by page from the API.

import { pagesOf, type Client } from '../client.ts';
import type { GateVerdict } from '../gallery-port.ts';

export interface RecordedPhoto extends GateVerdict {
  readonly file: string;
  readonly name: string;
  readonly person: string | null;
  readonly reference: string | null;
}

export async function* readRecord(client: Client, importId: string): AsyncGenerator<RecordedPhoto> {
  const path = `/imports/${encodeURIComponent(importId)}/photos`;
  for await (const photos of pagesOf<RecordedPhoto>(client, path)) yield* photos;
}
