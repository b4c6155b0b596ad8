// What was decided about a face, in words: "certain", "likely", "A or B?". Never by colour alone.

import { Badge } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { certaintyOf } from '../../../src/certainty.ts';
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
  const { text, color } = said(of, threshold);
  const [a, b] = of.candidates ?? [];
  return (
    <Badge variant="light" color={color} tt="none" maw="100%">
      {a && b && of.decision === 'ambiguous' ? t('parts.aOrB', { a: a.person.name, b: b.person.name }) : t(text)}
    </Badge>
  );
}

function said(
  { decision, decidedBy, distance, state = 'classified' }: Decided,
  threshold: number | null,
): {
  text: `parts.${'pending' | 'rejected' | 'failedState' | 'said' | 'certain' | 'likely' | 'new' | 'seenBefore' | 'tooPoor'}`;
  color: string;
} {
  if (state === 'pending') return { text: 'parts.pending', color: 'gray' };
  if (state === 'rejected') return { text: 'parts.rejected', color: 'gray' };
  if (state === 'failed') return { text: 'parts.failedState', color: 'red' };
  if (decidedBy === 'human' && (decision === 'known' || decision === 'unknown'))
    return { text: 'parts.said', color: 'teal' };
  if (decision === 'known') {
    const certainty = distance === null || threshold === null ? 'likely' : certaintyOf(distance, threshold);
    return certainty === 'certain'
      ? { text: 'parts.certain', color: 'green' }
      : { text: 'parts.likely', color: 'blue' };
  }
  if (decision === 'new') return { text: 'parts.new', color: 'orange' };
  if (decision === 'unknown') return { text: 'parts.seenBefore', color: 'orange' };
  return decision === 'ambiguous'
    ? { text: 'parts.likely', color: 'violet' }
    : { text: 'parts.tooPoor', color: 'gray' };
}
