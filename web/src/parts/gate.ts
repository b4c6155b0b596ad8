// What the enrolment gate says, as the panel needs it.

import { ApiError, type Schemas } from '../api/client.ts';

export type Finding = Schemas['Verdict']['findings'][number];

/** No wish of the operator helps against these (docs/enrolment.md). */
const NEVER_FORCED: ReadonlySet<string> = new Set(['unreadable', 'no_face', 'several_faces', 'duplicate']);

export function mayForce(findings: readonly Finding[]): boolean {
  return findings.length > 0 && !findings.some(({ code }) => NEVER_FORCED.has(code));
}

/** Of the answer to a photo that was refused; null where something else went wrong. */
export function findingsOf(error: unknown): readonly Finding[] | null {
  if (!(error instanceof ApiError)) return null;
  const { findings } = error.more;
  return Array.isArray(findings) ? (findings as Finding[]) : null;
}
