// The shapes of users, sessions and the audit log, and how the domain's words become them.

import { Type, type Static } from 'typebox';
import type { AuditEntry, User, UserSession } from '../user-port.ts';
import { maybeTime, time } from './json.ts';
import * as S from './schemas.ts';

export const Role = Type.Enum(['administrator', 'operator', 'viewer'], {
  description: 'viewer: live and log; operator: people, corrections and alerts too; administrator: everything',
});
export const CamerasOfUser = S.Nullable(
  Type.Array(S.Id, { minItems: 1, maxItems: 500, uniqueItems: true, description: 'only these cameras; null: all' }),
);
export const Password = Type.String({ maxLength: 1000, description: '10 to 200 characters, not the name' });
export const GivenPassword = Type.String({ maxLength: 1000 });
export const Code = Type.String({ minLength: 6, maxLength: 20, description: 'six digits, of the telephone' });
export const Language = Type.String({ pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$', maxLength: 20 });

export const SelfJson = Type.Object({
  id: Type.String(),
  name: Type.String(),
  role: Role,
  cameras: S.Nullable(Type.Array(Type.String(), { description: 'only these cameras; null: all' })),
  totp: Type.Boolean({ description: 'a code of her telephone is asked for too' }),
  language: S.Nullable(Type.String()),
});

export const SessionJson = Type.Object({
  state: Type.Enum(['setup', 'closed', 'open'], {
    description: 'setup: there is no user yet; closed: somebody has to sign in; open: `user` is in',
  }),
  user: S.Nullable(SelfJson),
  link: Type.Boolean({ description: 'this browser came by a one-time link, so it may make an administrator' }),
  version: Type.String(),
});
export type SessionJson = Static<typeof SessionJson>;

export const UserJson = Type.Object({
  id: Type.String(),
  name: Type.String(),
  role: Role,
  cameras: S.Nullable(Type.Array(Type.String(), { description: 'only these cameras; null: all' })),
  totp: Type.Boolean({ description: 'a code of her telephone is asked for too' }),
  disabled: Type.Boolean(),
  createdAt: S.Time,
  lastLoginAt: S.Nullable(S.Time),
});

export const DeviceJson = Type.Object({
  id: Type.String(),
  createdAt: S.Time,
  seenAt: S.Time,
  address: Type.String(),
  agent: Type.String({ description: 'what the browser calls itself' }),
  current: Type.Boolean({ description: 'the browser that asks' }),
});

export const TotpJson = Type.Object({
  secret: Type.String({ description: 'Base32, to type in' }),
  uri: Type.String({ description: 'otpauth://…, for a QR code' }),
});

export const AuditEntryJson = Type.Object({
  seq: Type.Integer(),
  at: S.Time,
  actor: Type.Object({
    id: S.Nullable(Type.String()),
    name: Type.String(),
    kind: Type.Enum(['user', 'key', 'nobody']),
  }),
  address: Type.String(),
  action: Type.String({ description: 'for example person.change' }),
  entity: S.Nullable(Type.String({ description: 'for example person' })),
  entityId: S.Nullable(Type.String()),
  status: Type.Integer({ description: 'HTTP status of the answer' }),
  detail: S.Nullable(
    Type.Record(Type.String(), Type.Unknown(), { description: 'never names of persons, pictures or passwords' }),
  ),
});

export function selfJson({ id, name, role, cameras, totp, language }: User): Static<typeof SelfJson> {
  return { id, name, role, cameras: cameras && [...cameras], totp, language };
}

export function userJson(user: User): Static<typeof UserJson> {
  const { id, name, role, cameras, totp, disabled, createdAt, lastLoginAt } = user;
  return {
    id,
    name,
    role,
    cameras: cameras && [...cameras],
    totp,
    disabled,
    createdAt: time(createdAt),
    lastLoginAt: maybeTime(lastLoginAt),
  };
}

export function deviceJson(session: UserSession, current: string | null): Static<typeof DeviceJson> {
  const { id, createdAt, seenAt, address, agent } = session;
  return { id, createdAt: time(createdAt), seenAt: time(seenAt), address, agent, current: id === current };
}

export function auditEntryJson({ at, actor, detail, ...entry }: AuditEntry): Static<typeof AuditEntryJson> {
  return { ...entry, at: time(at), actor: { ...actor }, detail: detail && { ...detail } };
}
