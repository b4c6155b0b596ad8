// The models of a process, put together for main.ts: the recogniser in force, what exchanges it, and what is asked of it.

import type { Config } from './config.ts';
import type { PictureStore } from './domain.ts';
import { listEmbedders, openEngine } from './engine.ts';
import { createReporter } from './evaluate/reporter.ts';
import type { ReconsiderPorts } from './journal/decide-again.ts';
import type { Log } from './log.ts';
import { chooseModel, type ChoiceOptions } from './model-choice.ts';
import { createModelControl } from './model-control.ts';
import { openModelSwitch, type ModelSwitch } from './model-switch.ts';
import { openRecogniser, type Recogniser } from './recogniser.ts';
import { reportRule } from './report-rule.ts';
import type { ModelControl, ReportPort, ServerPorts } from './server/ports.ts';
import type { Store } from './store-port.ts';

export interface ModelParts {
  readonly config: Config;
  readonly store: Store;
  readonly pictures: PictureStore;
  readonly log: Log;
}

/** The recogniser of the model in force, what exchanges it, and what people ask of it. */
export async function openModels(
  { config, store, pictures, log }: ModelParts,
  options: Pick<ChoiceOptions, 'decides' | 'replaces'> &
    Pick<Parameters<typeof openModelSwitch>[0], 'prepares' | 'busy' | 'onSwap' | 'drained'>,
): Promise<{ switcher: ModelSwitch; control: ModelControl }> {
  const part = log.child({ part: 'models' });
  const embedders = await listEmbedders(config);
  const model = await chooseModel({ ...options, store, dataDir: config.data, embedders, log: part });
  const open = (id: string) => openRecogniser(config, store, id, log);
  const first = await open(model);
  const switcher = openModelSwitch({
    ...options,
    store,
    pictures,
    first,
    open,
    openEngine: (id) => openEngine({ ...config, threads: 1 }, log, { model: id }),
    log: part,
  });
  const control = createModelControl({
    store,
    embedders: () => Promise.resolve(embedders),
    onForce: (id) => switcher.force(id),
  });
  return { switcher, control };
}

/** What the server answers with: always all of one model. */
export function portsOf({ engine, gallery, match }: Recogniser): Pick<ServerPorts, 'engine' | 'gallery' | 'match'> {
  return { engine, gallery, match };
}

export function reporterOf(switcher: ModelSwitch, store: Store, version: string): ReportPort {
  const rule = () => reportRule(switcher.current.gallery, store, switcher.current.engine.embedder);
  return createReporter({ store, rule, version, clock: Date.now });
}

export function reconsiderPortsOf(
  { gallery, find, model }: Recogniser,
  store: Store,
  { visitGap }: Config,
): ReconsiderPorts {
  const threshold = () => gallery.calibration.threshold;
  return { store, gallery, find, model, visitGapMs: visitGap * 1000, threshold };
}
