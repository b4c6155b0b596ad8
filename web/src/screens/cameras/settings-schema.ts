// The settings of a camera as the server describes them: which there are, of which type, between which limits.

import { queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.ts';
import type { ObjectShape, Shape } from '../../parts/schema.ts';

export interface Field {
  readonly key: string;
  readonly shape: Shape;
  /** It may be left empty; then the profile or the program decides. */
  readonly optional: boolean;
}

export const schemaQuery = queryOptions({
  queryKey: ['camera-settings'],
  queryFn: async ({ signal }) =>
    fieldsOf((await dataOf(api.GET('/api/v1/camera-settings', { signal }))) as ObjectShape),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Address and zones have screens of their own. */
const ELSEWHERE = new Set(['source', 'include', 'exclude', 'zones']);
export const MAIN = new Set(['profile', 'search', 'tiles', 'minFacePx', 'minQuality']);

function fieldsOf({ properties = {}, required = [] }: ObjectShape): readonly Field[] {
  return Object.entries(properties).flatMap(([key, shape]) =>
    ELSEWHERE.has(key) ? [] : [{ key, shape, optional: !required.includes(key) }],
  );
}
