// What stands after the question mark of a camera of this machine: ?size=1280x720&rate=25. Unknown words and values are refused by name.

import { KithError } from '../errors.ts';

type Check = RegExp | readonly string[];

export const SIZE = /^[1-9]\d{1,4}x[1-9]\d{1,4}$/;
export const RATE = /^(?:[1-9]\d?|1[0-9]{2})(?:\.\d{1,3})?$/;

/** `known`: what each word may be. */
export function readQuery<K extends string>(
  scheme: string,
  query: string,
  known: Readonly<Record<K, Check>>,
): Readonly<Partial<Record<K, string>>> {
  const found: Partial<Record<K, string>> = {};
  for (const [key, value] of new URLSearchParams(query)) {
    if (!Object.hasOwn(known, key)) {
      const words = Object.keys(known).join(', ');
      throw new KithError('invalid', `"source": ${scheme}: does not know "${key}": there are ${words}.`);
    }
    const check = known[key as K];
    const fits = check instanceof RegExp ? check.test(value) : check.includes(value);
    if (!fits) {
      const wanted = check instanceof RegExp ? EXAMPLES.get(check) : check.join(' or ');
      throw new KithError('invalid', `"source": "${key}" of ${scheme}: cannot be "${value}": ${wanted ?? 'a number'}.`);
    }
    found[key as K] = value;
  }
  return found;
}

const EXAMPLES = new Map<RegExp, string>([
  [SIZE, 'width x height, like 1280x720'],
  [RATE, 'frames a second, like 25'],
]);
