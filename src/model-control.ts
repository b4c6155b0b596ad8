// What people and programs ask of the models: which there are, change to that one, leave it.

import type { Embedder } from './engine.ts';
import { KithError } from './errors.ts';
import type { ModelControl, ModelInfo, ModelsStatus } from './server/ports.ts';
import type { ModelState, Store } from './store-port.ts';

export interface ControlOptions {
  readonly store: Pick<Store, 'models'>;
  readonly embedders: () => Promise<readonly Embedder[]>;
  readonly clock?: () => number;
  /** Somebody wants this model whatever has failed. */
  readonly onForce?: (model: string) => void;
}

/** More photos without a face than this share, and somebody has to say that the model is wanted all the same. */
const FAILED_SHARE = 0.05;

/** Everything was read, and so much in vain that nobody switches without being told to. */
export function asksForForce({ done, total, failed }: NonNullable<ModelState['preparing']>): boolean {
  return total > 0 && done + failed >= total && failed > total * FAILED_SHARE;
}

export function createModelControl(options: ControlOptions): ModelControl {
  const { store, clock = Date.now, onForce } = options;
  /** Where the count stood when it was first looked at: the speed since then says how long it will take. */
  let seen: { model: string; at: number; count: number } | undefined;

  function secondsLeft({ model, done, failed, total }: NonNullable<ModelState['preparing']>): number | null {
    const [at, count] = [clock(), done + failed];
    if (seen?.model !== model || count < seen.count) seen = { model, at, count };
    const speed = (count - seen.count) / (at - seen.at);
    return speed > 0 ? Math.round((total - count) / speed / 1000) : null;
  }

  async function statusOf(state: ModelState): Promise<ModelsStatus> {
    const embedders = await options.embedders();
    const { active, earlier, preparing } = state;
    const stateOf = (id: string): ModelInfo['state'] =>
      id === active
        ? 'in_force'
        : id === preparing?.model
          ? 'preparing'
          : earlier.includes(id)
            ? 'earlier'
            : 'available';
    const known = embedders.map(({ id, name, own, configured }) => ({ id, name, own, configured, state: stateOf(id) }));
    // In force or earlier, but not of this installation any more.
    const gone = [active, preparing?.model ?? null, ...earlier].filter((id) => id !== null);
    return {
      models: [
        ...known,
        ...gone
          .filter((id) => !embedders.some((embedder) => embedder.id === id))
          .map((id): ModelInfo => ({ id, name: id, own: true, configured: false, state: 'gone' })),
      ],
      active,
      preparing: preparing && {
        ...preparing,
        secondsLeft: secondsLeft(preparing),
        asksForForce: asksForForce(preparing),
      },
    };
  }

  /** By id or name. */
  async function find(model: string): Promise<Embedder> {
    const embedders = await options.embedders();
    const [found, second] = embedders.filter(({ id, name }) => id === model || name === model);
    if (found && !second) return found;
    throw new KithError(
      found ? 'conflict' : 'not_found',
      `There ${found ? 'are several models' : 'is no model'} ${JSON.stringify(model)}: it must be one of ${embedders
        .map(({ id, name }) => (found ? id : name))
        .join(', ')}.`,
    );
  }

  return {
    status: async () => statusOf(await store.models.state()),
    async switchTo(model, { force }) {
      const { id } = await find(model);
      const state = await store.models.state();
      if (state.active === id && state.preparing === null) return statusOf(state);
      const prepared = await store.models.prepare(id);
      if (force) onForce?.(id);
      return statusOf(prepared);
    },
    cancel: async () => statusOf(await store.models.cancel()),
  };
}
