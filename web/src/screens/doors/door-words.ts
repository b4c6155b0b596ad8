// Policies, runs and their evidence in words.

import i18next from 'i18next';
import { hoursText } from '../../parts/hours-words.ts';
import type { Action, CameraNames, Evidence, Policy, Run } from './door-data.ts';

function either(names: readonly string[]): string {
  return new Intl.ListFormat(i18next.language, { type: 'disjunction' }).format(names);
}

/** "Staff, at Front door, when certain, with 2 agreeing shots; Mon–Fri 07:00–19:00". */
export function policyText({ groups, cameras, hours, sure, shots }: Policy, names: CameraNames): string {
  return i18next.t('doors.policy', {
    groups: either(groups),
    cameras: either(cameras.map((id) => names.get(id) ?? id)),
    hours: hours === null ? i18next.t('doors.anyTime') : hoursText(hours),
    sure: i18next.t(`doors.sure.${sure}`),
    shots: i18next.t('doors.agreeing', { count: shots }),
  });
}

/** What became of it. */
export function stateText({ state }: Pick<Run, 'state'>, isDoor: boolean): string {
  return state === 'done' && isDoor ? i18next.t('doors.state.opened') : i18next.t(`doors.state.${state}`);
}

export const STATE_COLORS = {
  asked: 'gray',
  refused: 'orange',
  granted: 'blue',
  started: 'blue',
  done: 'green',
  failed: 'red',
  unclear: 'red',
} as const satisfies Record<Run['state'], string>;

/** Why it was asked for. */
export function causeText({ cause, by }: Pick<Run, 'cause' | 'by'>): string {
  return by === null ? i18next.t(`doors.cause.${cause}`) : i18next.t(`doors.causeBy.${cause}`, { by });
}

export function conditionText({ condition }: Pick<Evidence, 'condition'>): string {
  return i18next.t(`doors.condition.${condition}`);
}

/** Null: nothing lacked. */
export function lackedText(evidence: readonly Evidence[]): string | null {
  const lacking = evidence.filter(({ met }) => !met).map(conditionText);
  return lacking.length === 0 ? null : i18next.t('doors.lacked', { what: lacking.join(', ') });
}

/** As the server calls itself where it has no other name. */
const HERE = 'this Kith';

/** Where it stands that can be changed there only. */
export function fixedText(machine: string | null): string {
  return machine === null || machine === HERE ? i18next.t('doors.fixedHere') : i18next.t('doors.fixed', { machine });
}

export function isDoor({ access }: Pick<Action, 'access'>): boolean {
  return access !== null;
}
