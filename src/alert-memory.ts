// What a rule has told of already: once of each, the cooldown, snoozes, and what is gathered into one message. Pure: the store asks with
// what its rows say, the try-out with what it has played through.

import type { PlannedAlert, Snooze } from './alert-port.ts';

/** What was seen (or missed), as far as it matters here. */
export interface Occasion {
  /** When it was captured. */
  readonly at: number;
  readonly personId: string | null;
  readonly cameraId: string | null;
}

export interface AlertMemory {
  /** When the rule has made this mark. */
  mark(ruleId: string, mark: string): number | undefined;
  readonly snoozes: readonly Snooze[];
  /** The alert of the rule that still gathers. */
  gathering(ruleId: string): string | undefined;
}

export interface Verdict {
  readonly planned: PlannedAlert;
  /** To be remembered. */
  readonly marks: readonly string[];
  /** The alert that it joins; null: it is one of its own. */
  readonly joins: string | null;
}

/** Null where it is not told of. */
export function judge(planned: PlannedAlert, occasion: Occasion, memory: AlertMemory, now: number): Verdict | null {
  const { rule } = planned;
  const [once, cool] = [onceMark(planned), coolMark(planned.subject, occasion.cameraId)];
  if (memory.mark(rule.id, once) !== undefined) return null;
  if (memory.snoozes.some((snooze) => covers(snooze, rule.id, occasion, now))) return null;
  const told = memory.mark(rule.id, cool);
  // Shots may come late: what lies shortly before is as near as what lies shortly after.
  if (told !== undefined && Math.abs(occasion.at - told) < rule.cooldownS * 1000) return null;
  const marks = rule.cooldownS > 0 ? [once, cool] : [once];
  return { planned, marks, joins: (rule.gatherS > 0 && memory.gathering(rule.id)) || null };
}

export function onceMark({ once }: PlannedAlert): string {
  return `once:${once}`;
}

export function coolMark(subject: string, cameraId: string | null): string {
  return `cool:${subject}:${cameraId ?? ''}`;
}

function covers(snooze: Snooze, ruleId: string, { personId, cameraId }: Occasion, now: number): boolean {
  return (
    snooze.until > now &&
    (snooze.ruleId ?? ruleId) === ruleId &&
    (snooze.personId ?? personId) === personId &&
    (snooze.cameraId ?? cameraId) === cameraId
  );
}
