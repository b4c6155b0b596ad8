// `kith link`: another one-time link to the page, when the first one was used.

import type { Client } from '../client.ts';
import { EXIT, type Output } from './output.ts';

export async function link(client: Client, output: Output): Promise<number> {
  const answer = await client.call<{ url: string }>({ method: 'POST', path: '/links' });
  output.answer(answer, ({ url }) => `Open once, in a browser on this machine: ${url}`);
  return EXIT.done;
}
