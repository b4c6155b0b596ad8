// Whether a rule is about what was seen. Pure: the planner asks it for every classified detection, the try-out for those of the log.

import type { Calendar, PlannedAlert, Rule, RuleEvent, Seen } from '../alert-port.ts';
import { foldName } from '../fold-name.ts';
import { isWithin } from '../hours.ts';

/** A rule with what it names as sets. */
export interface ReadyRule {
  readonly rule: Rule;
  readonly on: ReadonlySet<RuleEvent>;
  /** Ids as they are now: whoever was merged is meant as who she is. */
  readonly persons: ReadonlySet<string>;
  /** Folded. */
  readonly groups: ReadonlySet<string>;
  readonly cameras: ReadonlySet<string>;
  /** Folded. */
  readonly zones: ReadonlySet<string>;
}

/** `now`: who a person is now, where that is somebody else. */
export function readyRule(rule: Rule, now: ReadonlyMap<string, string> = new Map()): ReadyRule {
  return {
    rule,
    on: new Set(rule.on),
    persons: new Set(rule.persons.map((id) => now.get(id) ?? id)),
    groups: new Set(rule.groups.map(foldName)),
    cameras: new Set(rule.cameras),
    zones: new Set(rule.zones.map(foldName)),
  };
}

/** Null: it is not. */
export function planOf(ready: ReadyRule, seen: Seen, calendar: Calendar): PlannedAlert | null {
  const { rule, on, cameras, zones } = ready;
  const event = eventOf(seen);
  if (event === null || !on.has(event)) return null;
  if (cameras.size > 0 && !cameras.has(seen.cameraId)) return null;
  if (zones.size > 0 && !seen.zones.some((zone) => zones.has(foldName(zone)))) return null;
  if (!isMeant(ready, event, seen)) return null;
  if (rule.hours && !isWithin(rule.hours, calendar, seen.capturedAt)) return null;
  const undecided = `track:${seen.cameraId}:${seen.trackId ?? seen.detectionId}`;
  const once = seen.visit ? `visit:${seen.visit.id}` : undecided;
  return { rule, event, subject: seen.person?.id ?? undecided, once };
}

function eventOf({ decision, person }: Seen): RuleEvent | null {
  if (person === null) return decision === 'ambiguous' ? 'ambiguous' : null;
  return person.ignored ? 'ignored' : person.kind;
}

/** Persons and groups say who among the known (or the ignored, or the missed) is meant. Where a rule is about none of these, they say
 * which strangers. */
function isMeant({ on, persons, groups }: ReadyRule, event: RuleEvent, { person }: Seen): boolean {
  if (person === null || persons.size + groups.size === 0) return true;
  if (event === 'unknown' && (on.has('known') || on.has('ignored') || on.has('absent'))) return true;
  return persons.has(person.id) || person.groups.some((group) => groups.has(foldName(group)));
}
