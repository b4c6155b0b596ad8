// Since when somebody is missing. Pure: the watch asks it about now, the try-out about the last days.

import type { Calendar, Rule } from '../alert-port.ts';
import { beginningOf, endOf, nextBeginning } from '../hours.ts';

type Span = readonly [from: number, to: number];
type Waiting = Pick<Rule, 'hours' | 'afterS' | 'createdAt'>;

export interface Absence {
  /** What a rule tells once of: it begins anew with each sighting, and with each span of the rule's hours. */
  readonly once: string;
  /** When it was long enough. */
  readonly at: number;
}

/** The absences that become long enough from `from` on, before `until`, for somebody who was seen `last` and not since. Only time
 * within the rule's hours counts, and none in which nobody looked. */
export function* absences(
  rule: Waiting,
  { last, from, until, gaps = [] }: { last: number | null; from: number; until: number; gaps?: readonly Span[] },
  calendar: Calendar,
): Generator<Absence> {
  const afterMs = (rule.afterS ?? 0) * 1000;
  const since = last ?? rule.createdAt;
  const word = last ?? 'never';
  if (!rule.hours) {
    const at = dueAt(since, afterMs, gaps);
    if (at < until) yield { once: `absent:${word}`, at: Math.max(at, from) };
    return;
  }
  for (let at = Math.max(since, from); ;) {
    const inside = nextBeginning(rule.hours, calendar, at);
    if (inside === null || inside >= until) return;
    const begins = Math.max(since, beginningOf(rule.hours, calendar, inside) ?? since);
    const end = endOf(rule.hours, calendar, inside);
    const due = Math.max(dueAt(begins, afterMs, gaps), from);
    if (due < (end ?? Infinity) && due < until) yield { once: `absent:${begins === since ? word : begins}`, at: due };
    if (end === null) return;
    at = end;
  }
}

/** When so much time has passed since then, without the gaps. */
export function dueAt(since: number, afterMs: number, gaps: readonly Span[]): number {
  let due = since + afterMs;
  // They are in order and apart.
  for (const [from, to] of gaps) {
    if (to > since && from < due) due += to - Math.max(from, since);
  }
  return due;
}
