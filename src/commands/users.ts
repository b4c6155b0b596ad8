// `kith user`: who may sign in to the panel.

import type { Client } from '../client.ts';
import type { Role } from '../domain.ts';
import { KithError } from '../errors.ts';
import { EXIT, type Output } from './output.ts';

export const ROLES: readonly Role[] = ['administrator', 'operator', 'viewer'];

interface UserJson {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly cameras: readonly string[] | null;
  readonly totp: boolean;
  readonly disabled: boolean;
  readonly lastLoginAt: string | null;
}

export interface AddUserOptions {
  readonly role: Role;
  readonly camera?: readonly string[];
}

/** Asks for the password of somebody. KithError `invalid` when none comes. */
export type AskPassword = (name: string) => Promise<string>;

export async function listUsers(client: Client, output: Output): Promise<number> {
  const { items } = await all(client);
  output.answer(items, () =>
    items.length === 0
      ? 'Nobody may sign in yet: "npx kith user add NAME --role administrator", or open the link that "npx kith link" prints.'
      : items.map(lineOf),
  );
  return EXIT.done;
}

export async function addUser(
  client: Client,
  name: string,
  { role, camera }: AddUserOptions,
  output: Output,
  ask: AskPassword,
): Promise<number> {
  const password = await ask(name);
  const json = { name, role, password, ...(camera && { cameras: camera }) };
  const user = await client.call<UserJson>({ method: 'POST', path: '/users', json });
  output.answer(user, () => `${user.name} may sign in now, as ${user.role}.`);
  return EXIT.done;
}

export async function setPassword(client: Client, name: string, output: Output, ask: AskPassword): Promise<number> {
  const user = await find(client, name);
  const password = await ask(user.name);
  const changed = await client.call<UserJson>({ method: 'PATCH', path: `/users/${user.id}`, json: { password } });
  output.answer(changed, () => `${user.name} has another password, and is signed out everywhere.`);
  return EXIT.done;
}

export async function removeUser(client: Client, name: string, output: Output): Promise<number> {
  const user = await find(client, name);
  await client.call({ method: 'DELETE', path: `/users/${user.id}` });
  output.answer({ removed: user.id }, () => `${user.name} may not sign in any more.`);
  return EXIT.done;
}

function all(client: Client): Promise<{ items: readonly UserJson[] }> {
  return client.call({ method: 'GET', path: '/users' });
}

function fold(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}

/** By id, or by name as the panel takes it. */
async function find(client: Client, name: string): Promise<UserJson> {
  const { items } = await all(client);
  const found = items.find((user) => user.id === name || fold(user.name) === fold(name));
  if (found) return found;
  throw new KithError('not_found', `There is no user ${JSON.stringify(name)}: "kith user list" shows who there is.`);
}

function lineOf({ name, role, cameras, totp, disabled, lastLoginAt }: UserJson): string {
  const more = [
    ...(cameras === null ? [] : [`cameras ${cameras.join(', ')}`]),
    ...(totp ? ['code of a telephone'] : []),
    ...(disabled ? ['disabled'] : []),
    lastLoginAt === null ? 'never signed in' : `last signed in ${lastLoginAt}`,
  ];
  return `${name}  ${role}  ${more.join(', ')}`;
}
