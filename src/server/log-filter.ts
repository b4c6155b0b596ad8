// What the lists of the log can be asked for, and what of it the caller may see.

import type { FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import type { TimelineFilter, VisitFilter } from '../queries.ts';
import { camerasOf, checkCamera } from './auth.ts';
import * as S from './schemas.ts';

/** The text of the lists in the OpenAPI document. */
export const SHORT_PAGES =
  'A page may be shorter than `limit`, even empty, although `next` says that there is more: Kith looks through so many rows that nobody waits, and goes on from there.';

export const Cameras = Type.Optional(
  Type.Array(S.Id, { maxItems: 100, description: 'may be repeated: at one of these cameras' }),
);
export const DecidedBy = Type.Optional(Type.Enum(['system', 'human']));
export const QualityAtLeast = Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: '0 to 1' }));

export const VISIT_QUERY = {
  person: Type.Optional(S.Id),
  camera: Cameras,
  decision: Type.Optional(S.Decision),
  decidedBy: DecidedBy,
  quality: QualityAtLeast,
  from: Type.Optional(S.Time),
  to: Type.Optional(S.Time),
};
const VisitQuery = S.Exact(VISIT_QUERY);

/** Cameras asked for, of those that the caller may see; undefined: all. KithError `forbidden` for one that she may not. */
export function camerasAsked(
  request: FastifyRequest,
  asked: readonly string[] | undefined,
): readonly string[] | undefined {
  if (asked === undefined || asked.length === 0) return camerasOf(request) ?? undefined;
  for (const camera of asked) checkCamera(request, camera);
  return asked;
}

export function visitFilter(
  request: FastifyRequest,
  { person, camera, decision, decidedBy, quality, from, to }: Static<typeof VisitQuery>,
): Omit<VisitFilter & TimelineFilter, 'kind'> {
  const cameraIds = camerasAsked(request, camera);
  return {
    ...(person !== undefined && { personId: person }),
    ...(cameraIds && { cameraIds }),
    ...(decision && { decision }),
    ...(decidedBy && { decidedBy }),
    ...(quality !== undefined && { qualityAtLeast: quality }),
    ...(from !== undefined && { from: Date.parse(from) }),
    ...(to !== undefined && { to: Date.parse(to) }),
  };
}
