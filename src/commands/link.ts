// `kith link`: a one-time link. Who runs a command on the machine owns its data, so it makes an administrator or mends a lost password.

import type { Client } from '../client.ts';
import { KithError } from '../errors.ts';
import { EXIT, type Output } from './output.ts';

export async function link(client: Client, output: Output): Promise<number> {
  if (client.origin === null) {
    throw new KithError('unavailable', 'Kith does not run on this data folder: start it with "npm start".');
  }
  const { path } = await client.call<{ path: string }>({ method: 'POST', path: '/links' });
  const url = `${client.origin}${path}`;
  output.answer({ url }, () => [
    `Open once, within a day: ${url}`,
    'It opens the page that makes an administrator or, for a name that there is, sets a new password.',
  ]);
  return EXIT.done;
}
