// Looks a weight up by its name, for the networks whose graph is written here by hand.

import { KithError } from '../errors.ts';
import type { Weights } from './weights.ts';

export function tensor(weights: Weights, name: string): { dims: readonly number[]; data: Float32Array } {
  const found = weights.get(name);
  if (!found || !(found.data instanceof Float32Array)) {
    throw new KithError('invalid', `The installed model has no weights named ${name}: install the packages again.`);
  }
  return { dims: found.dims, data: found.data };
}
