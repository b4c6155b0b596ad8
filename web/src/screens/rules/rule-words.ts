// A rule in one plain sentence.

import i18next from 'i18next';
import { hoursText } from '../../parts/hours-words.ts';
import { duration } from '../../parts/said.ts';
import type { RuleGiven } from './rule-draft.ts';

/** Names by id. */
export interface RuleNames {
  readonly persons: ReadonlyMap<string, string>;
  readonly cameras: ReadonlyMap<string, string>;
  readonly channels: ReadonlyMap<string, string>;
  readonly actions: ReadonlyMap<string, string>;
}

const SEEN = ['unknown', 'known', 'ambiguous', 'ignored'] as const;

/** "When a stranger is seen at Door (Mon–Fri 18:00–08:00), tell Ops, at most every 5 minutes." */
export function ruleSentence(rule: RuleGiven, names: RuleNames): string {
  const what = or(whats(rule, names));
  const hours = rule.hours === null ? '' : i18next.t('rules.say.hours', { hours: hoursText(rule.hours) });
  const channels = and(rule.channels.map((id) => names.channels.get(id) ?? id));
  const actions = and(rule.actions.map((id) => names.actions.get(id) ?? id));
  const does = [
    ...(channels === '' ? [] : [i18next.t('rules.say.tell', { channels })]),
    ...(actions === '' ? [] : [i18next.t('rules.say.do', { actions })]),
  ];
  if (does.length === 0) does.push(i18next.t('rules.say.onlyList'));
  const pace = [
    ...(rule.cooldownS > 0 ? [i18next.t('rules.say.cooldown', { time: duration(rule.cooldownS) })] : []),
    ...(rule.gatherS > 0 ? [i18next.t('rules.say.gathered', { time: duration(rule.gatherS) })] : []),
  ];
  return i18next.t('rules.say.rule', { what: `${what}${hours}`, does: [and(does), ...pace].join(', ') });
}

function whats(rule: RuleGiven, { persons, cameras }: RuleNames): readonly string[] {
  const at = or(rule.cameras.map((id) => cameras.get(id) ?? id));
  const zones = or(rule.zones);
  const where = [
    ...(at === '' ? [] : [i18next.t('rules.say.at', { cameras: at })]),
    ...(zones === '' ? [] : [i18next.t('rules.say.in', { zones })]),
  ].join('');
  const whom = [
    ...rule.persons.map((id) => persons.get(id) ?? i18next.t('rules.say.somebody')),
    ...rule.groups.map((group) => i18next.t('rules.say.ofGroup', { group })),
  ];
  const time = duration(rule.afterS ?? 0);
  const seen = SEEN.filter((event) => rule.on.includes(event)).flatMap((event) => {
    // Named people are meant of the known and of the ignored alike.
    if (event === 'known' && whom.length > 0) return whom;
    return [i18next.t(`rules.say.${event}`)];
  });
  return [
    ...(seen.length === 0 ? [] : [i18next.t('rules.say.seen', { who: or(seen), where })]),
    ...(rule.on.includes('absent')
      ? [
          whom.length === 0
            ? i18next.t('rules.say.nobodySeen', { where, time })
            : i18next.t('rules.say.notSeen', { who: or(whom), where, time }),
        ]
      : []),
    ...(rule.on.includes('offline')
      ? [i18next.t('rules.say.silent', { camera: at === '' ? i18next.t('rules.say.camera') : at, time })]
      : []),
  ];
}

function or(words: readonly string[]): string {
  return new Intl.ListFormat(i18next.language, { type: 'disjunction' }).format(words);
}

function and(words: readonly string[]): string {
  return new Intl.ListFormat(i18next.language, { type: 'conjunction' }).format(words);
}
