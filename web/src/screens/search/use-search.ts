// The search itself: asked again when another face, time or camera is chosen. The faces of the picture stay while it is asked.

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ApiError, postForm, type Schemas } from '../../api/client.ts';
import { metaOf, type Filter, type Subject } from './subject.ts';

const LIMIT = 200;
let pictures = 0;
const numbers = new WeakMap<File, number>();

/** A picture is known by a number, as it cannot be part of a key. */
function keyOf(subject: Subject): string {
  if ('detection' in subject) return `detection ${subject.detection}`;
  if ('reference' in subject) return `reference ${subject.reference}`;
  const number = numbers.get(subject.picture) ?? (pictures += 1);
  numbers.set(subject.picture, number);
  return `picture ${number}`;
}

export function usePhotoSearch(subject: Subject | null, face: number | null, filter: Filter) {
  const key = subject === null ? '' : keyOf(subject);
  return useQuery({
    queryKey: ['photo-search', key, face, filter],
    enabled: subject !== null,
    queryFn: async ({ signal }) => {
      const form = new FormData();
      const meta: Record<string, unknown> = { ...metaOf(filter), limit: LIMIT, ...(face !== null && { face }) };
      if (subject !== null && 'picture' in subject) form.set('image', subject.picture, 'photo');
      else Object.assign(meta, subject);
      form.set('meta', JSON.stringify(meta));
      return postForm<Schemas['PhotoSearch']>('/api/v1/search', form, signal);
    },
    // Of the same picture only: another one's faces would be drawn on this one.
    placeholderData: (previous, query) => (query?.queryKey[1] === key ? keepPreviousData(previous) : undefined),
    staleTime: 60_000,
    retry: false,
  });
}

/** Too small a face is refused, but the others of the picture can still be chosen. */
export function seenIn(error: unknown): Pick<Schemas['PhotoSearch'], 'width' | 'height' | 'faces'> | null {
  if (!(error instanceof ApiError) || !Array.isArray(error.more['faces'])) return null;
  return error.more as Pick<Schemas['PhotoSearch'], 'width' | 'height' | 'faces'>;
}
