// What was decided about a face, in words: "certain", "likely", "A or B?". Never by colour alone.

import { Badge } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { decisionWord, type DecisionWord } from '../../../src/certainty.ts';
import { api, dataOf, type Schemas } from '../api/client.ts';

/** What is needed of a detection, so that a visit can be shown too. */
export type Decided = Pick<Schemas['Detection'], 'decision' | 'decidedBy' | 'distance' | 'candidates'> & {
  readonly state?: Schemas['Detection']['state'];
};

/** The distance under which somebody is named; null while the models are loaded. */
export function useThreshold(): number | null {
  const { data } = useQuery({
    queryKey: ['threshold'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/summary', { signal })),
    select: ({ model }) => model?.threshold ?? null,
    staleTime: 60_000,
  });
  return data ?? null;
}

export function DecisionBadge({ of }: { readonly of: Decided }) {
  const { t } = useTranslation();
  const threshold = useThreshold();
  const { text, color } = LOOKS[decisionWord({ ...of, state: of.state ?? 'classified' }, threshold)];
  const [a, b] = of.candidates ?? [];
  return (
    <Badge variant="light" color={color} tt="none" maw="100%">
      {a && b && of.decision === 'ambiguous' ? t('parts.aOrB', { a: a.person.name, b: b.person.name }) : t(text)}
    </Badge>
  );
}

const LOOKS = {
  pending: { text: 'parts.pending', color: 'gray' },
  rejected: { text: 'parts.rejected', color: 'gray' },
  failed: { text: 'parts.failedState', color: 'red' },
  said: { text: 'parts.said', color: 'teal' },
  certain: { text: 'parts.certain', color: 'green' },
  likely: { text: 'parts.likely', color: 'blue' },
  new: { text: 'parts.new', color: 'orange' },
  seenBefore: { text: 'parts.seenBefore', color: 'orange' },
  // With two names in its place, where both are still there.
  ambiguous: { text: 'parts.likely', color: 'violet' },
  tooPoor: { text: 'parts.tooPoor', color: 'gray' },
} as const satisfies Record<DecisionWord, { text: string; color: string }>;
