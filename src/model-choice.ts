// Which model a process begins with: the one in force, as long as it can be made here. Settings that ask for another one begin
// its preparation, once: what people switch to while Kith runs stays in force over restarts.

import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Embedder } from './engine.ts';
import { KithError } from './errors.ts';
import type { Log } from './log.ts';
import type { Store } from './store-port.ts';

export interface ChoiceOptions {
  readonly store: Pick<Store, 'models'>;
  readonly dataDir: string;
  readonly embedders: readonly Embedder[];
  /** A change of this process's settings counts. Not a worker's: one with other settings must not change a whole site. */
  readonly decides: boolean;
  /** Takes another model where the one in force cannot be made any more. Not beside other processes, which perhaps can. */
  readonly replaces: boolean;
  readonly log: Log;
}

/** Answers the id of the model to open, which is in force then. KithError `unavailable` when it cannot be made here. */
export async function chooseModel(options: ChoiceOptions): Promise<string> {
  const { store, embedders, log } = options;
  const configured = embedders.find((embedder) => embedder.configured);
  if (!configured) throw new Error('No embedder is configured.');
  const canMake = (model: string | undefined) => embedders.some(({ id }) => id === model);
  const settings = settingsFile(options.dataDir);
  let state = await store.models.state();
  if (state.active === null) {
    state = await store.models.adopt(configured.id);
    await settings.remember(configured.id);
  }
  const active = state.active ?? configured.id;
  const { preparing } = state;

  async function prepare(model: string): Promise<void> {
    if (preparing !== null && preparing.model !== model) {
      log.warn(`The preparation of ${preparing.model} is given up for ${model}.`);
      await store.models.cancel();
    }
    await store.models.prepare(model);
  }

  if (!canMake(active)) {
    if (!options.replaces) {
      throw new KithError(
        'unavailable',
        `The model in force, ${active}, cannot be made with the settings of this process: give it the "models" that the others have, or change the model with "npm start".`,
      );
    }
    const next = preparing !== null && canMake(preparing.model) ? preparing.model : configured.id;
    log.error(
      `The model in force, ${active}, cannot be made any more (it was taken out of the settings, or its file has changed): ${next} takes its place now. Until all photos are read anew not everybody is found.`,
    );
    await prepare(next);
    await store.models.activate(next);
    await settings.remember(configured.id);
    return next;
  }
  if (!options.decides) return active;

  const before = await settings.recall();
  if (before !== configured.id) {
    if (active !== configured.id) {
      await prepare(configured.id);
      log.info(`The settings ask for ${configured.id}: it is prepared behind ${active} and then takes its place.`);
    } else if (before !== null && preparing?.model === before) {
      log.info(`The settings ask for ${active} again: the preparation of ${before} is given up.`);
      await store.models.cancel();
    }
    await settings.remember(configured.id);
  } else if (active !== configured.id && preparing?.model !== configured.id) {
    log.info(
      `${active} is in force, as somebody switched to it; "kith models switch ${configured.name}" goes back to what the settings say.`,
    );
  }
  return active;
}

/** What the settings asked for when they were last looked at: only a change of them says anything. */
function settingsFile(dataDir: string) {
  const file = join(dataDir, 'model-settings.json');
  return {
    async recall(): Promise<string | null> {
      try {
        return (JSON.parse(await readFile(file, 'utf8')) as { configured: string }).configured;
      } catch {
        return null;
      }
    },
    async remember(configured: string): Promise<void> {
      await writeFile(`${file}.new`, JSON.stringify({ configured }));
      await rename(`${file}.new`, file);
    },
  };
}
