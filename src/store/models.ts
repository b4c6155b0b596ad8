// Which model's templates are searched, which one is being prepared, and the way back.

import type { ModelState, ModelStore } from '../store-port.ts';
import { KithError } from '../errors.ts';
import type { Backend } from './backend.ts';
import { logChanges } from './changes.ts';
import type { Db } from './schema.ts';
import { readSetting, writeSetting } from './settings.ts';

const SETTING = 'models';
const NONE: ModelState = { active: null, earlier: [], preparing: null };

export function createModels(backend: Backend): ModelStore {
  /** One change of the state, announced. `next` answers the same object where nothing changes. */
  function change(model: (state: ModelState) => string, next: (state: ModelState, at: number) => ModelState) {
    return backend.writeChanges(async (db) => {
      const before = await modelState(db);
      const at = Date.now();
      const state = next(before, at);
      if (state === before) return state;
      await writeSetting(db, SETTING, state);
      await logChanges(db, 'model', [{ entity: 'model', action: 'change', id: model(before) }], at);
      return state;
    });
  }

  return {
    state: () => backend.read(modelState),

    adopt: (model) =>
      change(
        () => model,
        (state) => (state.active === null ? { ...state, active: model } : state),
      ),

    prepare: (model) =>
      change(
        () => model,
        (state, at) => {
          const { active, preparing } = state;
          if (preparing?.model === model) return state;
          if (preparing) {
            throw new KithError(
              'conflict',
              `The model ${preparing.model} is being prepared: let it finish, or cancel it, before ${model} is.`,
            );
          }
          if (active === model) throw new KithError('conflict', `The model ${model} is in force already.`);
          return { ...state, preparing: { model, startedAt: at, done: 0, total: 0, failed: 0 } };
        },
      ),

    // Nobody searches otherwise because of it: no line in the change log. Late words about a model that is not prepared any more
    // are passed over.
    async progress(model, { done, total, failed }) {
      await backend.writeChanges(async (db) => {
        const state = await modelState(db);
        if (state.preparing?.model !== model) return;
        await writeSetting(db, SETTING, { ...state, preparing: { ...state.preparing, done, total, failed } });
      });
    },

    cancel: () =>
      change(
        (state) => state.preparing?.model ?? '',
        (state) => (state.preparing ? { ...state, preparing: null } : state),
      ),

    activate: (model) =>
      change(
        () => model,
        (state) => {
          const { active, earlier, preparing } = state;
          if (preparing?.model !== model) {
            throw new KithError('conflict', `The model ${model} is not the one being prepared: prepare it first.`);
          }
          const before = active === null ? earlier : [active, ...earlier];
          return { active: model, earlier: [...new Set(before)].filter((one) => one !== model), preparing: null };
        },
      ),
  };
}

export async function modelState(db: Db): Promise<ModelState> {
  return (await readSetting<ModelState>(db, SETTING)) ?? NONE;
}
