// The settings of a camera as the server describes them: which there are, of which type, between which limits.

import { queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.ts';

export interface Field {
  readonly key: string;
  readonly title: string;
  readonly description: string;
  readonly kind: 'choice' | 'number' | 'switch' | 'text';
  readonly choices: readonly string[];
  readonly whole: boolean;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  /** It may be left empty; then the profile or the program decides. */
  readonly optional: boolean;
}

interface JsonSchema {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly anyOf?: readonly { readonly const?: string }[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

export const schemaQuery = queryOptions({
  queryKey: ['camera-settings'],
  queryFn: async ({ signal }) => fieldsOf((await dataOf(api.GET('/api/v1/camera-settings', { signal }))) as JsonSchema),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Address and zones have screens of their own. */
const ELSEWHERE = new Set(['source', 'include', 'exclude']);
export const MAIN = new Set(['profile', 'search', 'tiles', 'minFacePx', 'minQuality']);

export function fieldsOf({ properties = {}, required = [] }: JsonSchema): readonly Field[] {
  return Object.entries(properties).flatMap(([key, one]) => {
    if (ELSEWHERE.has(key)) return [];
    const choices = (one.anyOf ?? []).flatMap((choice) => choice.const ?? []);
    const kind =
      choices.length > 0 ? 'choice' : one.type === 'boolean' ? 'switch' : one.type === 'string' ? 'text' : 'number';
    return [
      {
        key,
        title: one.title ?? key,
        description: one.description ?? '',
        kind,
        choices,
        whole: one.type === 'integer',
        minimum: one.minimum,
        maximum: one.maximum,
        optional: !required.includes(key),
      } satisfies Field,
    ];
  });
}
