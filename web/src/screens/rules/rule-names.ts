// The names of what rules point to.

import { useQuery } from '@tanstack/react-query';
import { useCameraNames } from '../../parts/cameras.ts';
import { usePersonNames } from '../../parts/person-names.ts';
import { actionsQuery, channelsQuery } from './queries.ts';
import type { RuleGiven } from './rule-draft.ts';
import type { RuleNames } from './rule-words.ts';

export function useRuleNames(rules: readonly Pick<RuleGiven, 'persons'>[]): RuleNames {
  const persons = usePersonNames(rules.flatMap((rule) => rule.persons));
  const cameras = useCameraNames();
  const channels = useQuery(channelsQuery).data?.items ?? [];
  const actions = useQuery(actionsQuery).data?.items ?? [];
  return { persons, cameras, channels: byId(channels), actions: byId(actions) };
}

function byId(all: readonly { readonly id: string; readonly name: string }[]): ReadonlyMap<string, string> {
  return new Map(all.map(({ id, name }) => [id, name]));
}
