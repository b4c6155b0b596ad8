// Users: who may sign in, and that somebody always may everything.

import { randomUUID } from 'node:crypto';
import type { Selectable, Updateable } from 'kysely';
import { KithError } from '../errors.ts';
import { foldName } from '../fold-name.ts';
import type { UserChanges, UserStore, UserWithSecrets } from '../user-port.ts';
import type { Backend } from './backend.ts';
import { LOCKS, takeLock } from './locks.ts';
import { checkName, isText } from './names.ts';
import type { Db, UserTable } from './schema.ts';
import { toUser, USER_COLUMNS } from './user-rows.ts';
import { createUserSessions } from './user-sessions.ts';

type Row = Selectable<UserTable>;

export function createUsers(backend: Backend): UserStore {
  /** One after the other, so that two who demote each other are not both let through. */
  function writeUsers<T>(work: (db: Db) => Promise<T>): Promise<T> {
    return backend.write(async (db) => {
      if (backend.kind === 'postgres') await takeLock(db, LOCKS.users);
      return work(db);
    });
  }

  return {
    any: () => backend.read(async (db) => (await db.selectFrom('users').select('id').limit(1).execute()).length > 0),

    async add({ name, role, cameras, password, language = null }, at) {
      const checked = checkName(name, 'name of the user');
      const row: Row = {
        id: randomUUID(),
        name: checked,
        name_key: foldName(checked),
        password,
        role,
        cameras: cameras && JSON.stringify(cameras),
        totp: null,
        totp_pending: null,
        totp_step: null,
        language,
        disabled: 0,
        created_at: Math.round(at),
        last_login_at: null,
      };
      await writeUsers(async (db) => {
        await checkFree(db, row.name_key, row.id, checked);
        await db.insertInto('users').values(row).execute();
      });
      return toUser(row);
    },

    get: (id) =>
      backend.read(async (db) => {
        const row = await db.selectFrom('users').select(USER_COLUMNS).where('id', '=', id).executeTakeFirst();
        return row ? toUser(row) : null;
      }),

    list: () =>
      backend.read(async (db) => {
        const rows = await db.selectFrom('users').select(USER_COLUMNS).orderBy('name_key').execute();
        return rows.map(toUser);
      }),

    secrets: (id) => backend.read(async (db) => toSecrets(await findUser(db, id))),

    async secretsByName(name) {
      const key = foldName(name.normalize('NFC').trim());
      // Nobody has such a name, and PostgreSQL would not even be asked for it.
      if (!isText(key)) return null;
      return backend.read(async (db) =>
        toSecrets(await db.selectFrom('users').selectAll().where('name_key', '=', key).executeTakeFirst()),
      );
    },

    change: (id, changes, keepSession) =>
      writeUsers(async (db) => {
        const row = await mustFindUser(db, id);
        const update = updateOf(changes);
        if (update.name !== undefined) await checkFree(db, update.name_key ?? '', id, update.name);
        const next = { ...row, ...update } as Row;
        if (maysEverything(row) && !maysEverything(next)) await checkOthers(db, row);
        if (Object.keys(update).length > 0) await db.updateTable('users').set(update).where('id', '=', id).execute();
        const otherRights = next.role !== row.role || next.cameras !== row.cameras || next.disabled !== 0;
        if (otherRights || next.password !== row.password) {
          let ended = db.deleteFrom('user_sessions').where('user_id', '=', id);
          if (!otherRights && keepSession !== undefined) ended = ended.where('id', '!=', keepSession);
          await ended.execute();
        }
        return toUser(next);
      }),

    useCode: (id, step) =>
      backend.write(async (db) => {
        const { numUpdatedRows } = await db
          .updateTable('users')
          .set({ totp_step: step })
          .where('id', '=', id)
          .where((eb) => eb.or([eb('totp_step', 'is', null), eb('totp_step', '<', step)]))
          .executeTakeFirstOrThrow();
        return numUpdatedRows > 0n;
      }),

    remove: (id) =>
      writeUsers(async (db) => {
        const row = await mustFindUser(db, id);
        if (maysEverything(row)) await checkOthers(db, row);
        await db.deleteFrom('users').where('id', '=', id).execute();
      }),

    ...createUserSessions(backend),
  };
}

function updateOf(changes: UserChanges): Updateable<UserTable> {
  const { name, role, cameras, disabled, password, totp, totpPending, language, lastLoginAt } = changes;
  const checked = name === undefined ? undefined : checkName(name, 'name of the user');
  return {
    ...(checked !== undefined && { name: checked, name_key: foldName(checked) }),
    ...(role !== undefined && { role }),
    ...(cameras !== undefined && { cameras: cameras && JSON.stringify(cameras) }),
    ...(disabled !== undefined && { disabled: disabled ? 1 : 0 }),
    ...(password !== undefined && { password }),
    ...(totp !== undefined && { totp }),
    ...(totpPending !== undefined && { totp_pending: totpPending }),
    ...(language !== undefined && { language }),
    ...(lastLoginAt !== undefined && { last_login_at: Math.round(lastLoginAt) }),
  };
}

/** One who sees some cameras only cannot give what she has not. */
function maysEverything({ role, cameras, disabled }: Pick<Row, 'role' | 'cameras' | 'disabled'>): boolean {
  return role === 'administrator' && cameras === null && disabled === 0;
}

async function checkOthers(db: Db, { id, name }: Row): Promise<void> {
  const other = await db
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'administrator')
    .where('cameras', 'is', null)
    .where('disabled', '=', 0)
    .where('id', '!=', id)
    .limit(1)
    .executeTakeFirst();
  if (other) return;
  throw new KithError(
    'conflict',
    `${JSON.stringify(name)} is the only administrator who may everything: make another one first, so that nobody is locked out.`,
  );
}

async function checkFree(db: Db, nameKey: string, id: string, name: string): Promise<void> {
  const other = await db
    .selectFrom('users')
    .select('id')
    .where('name_key', '=', nameKey)
    .where('id', '!=', id)
    .executeTakeFirst();
  if (!other) return;
  throw new KithError('conflict', `There is a user ${JSON.stringify(name)} already: choose another name.`);
}

function findUser(db: Db, id: string): Promise<Row | undefined> {
  return db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
}

async function mustFindUser(db: Db, id: string): Promise<Row> {
  const row = await findUser(db, id);
  if (!row) throw new KithError('not_found', `There is no user ${JSON.stringify(id)}.`);
  return row;
}

function toSecrets(row: Row | undefined): UserWithSecrets | null {
  if (!row) return null;
  const { password, totp, totp_pending: totpPending } = row;
  return { user: toUser(row), secrets: { password, totp, totpPending } };
}
