// Rows of users as users, without what they sign in with.

import type { Selectable } from 'kysely';
import type { User } from '../user-port.ts';
import type { UserTable } from './schema.ts';

export const USER_COLUMNS = [
  'id',
  'name',
  'role',
  'cameras',
  'totp',
  'language',
  'disabled',
  'created_at',
  'last_login_at',
] as const;

export function toUser(row: Pick<Selectable<UserTable>, (typeof USER_COLUMNS)[number]>): User {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    cameras: row.cameras === null ? null : (JSON.parse(row.cameras) as string[]),
    totp: row.totp !== null,
    disabled: row.disabled !== 0,
    language: row.language,
    createdAt: row.created_at,
    lastLoginAt: row.last_login_at,
  };
}
