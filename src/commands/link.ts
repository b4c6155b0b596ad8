// `kith link`: another one-time link to the page, when the first one was used.

import type { Client } from '../client.ts';
import { KithError } from '../errors.ts';
import { EXIT, type Output } from './output.ts';

export async function link(client: Client, output: Output): Promise<number> {
  if (client.origin === null) {
    throw new KithError('unavailable', 'Kith does not run on this data folder: start it with "npm start".');
  }
  const { path } = await client.call<{ path: string }>({ method: 'POST', path: '/links' });
  const url = `${client.origin}${path}`;
  output.answer({ url }, () => `Open once, in a browser on this machine: ${url}`);
  return EXIT.done;
}
