// A recogniser: face engine, gallery and pipeline of one model. There is one in force; during a change of model a second one
// stands beside it, so that no search ever sees templates of two models.

import type { Config } from './config.ts';
import type { FaceEngine } from './face-port.ts';
import type { Gallery } from './gallery-port.ts';
import type { Store } from './store-port.ts';
import { openEngine } from './engine.ts';
import { decisionOf } from './galleries.ts';
import { decide } from './gallery/decide.ts';
import { openGallery } from './gallery/gallery.ts';
import { openLifecycle } from './lifecycle.ts';
import type { Log } from './log.ts';
import { createPipeline, type Pipeline } from './pipeline.ts';

export interface Recogniser extends Pick<Pipeline, 'find' | 'match'> {
  /** The mark on the templates of its engine and its gallery. */
  readonly model: string;
  readonly engine: FaceEngine;
  readonly gallery: Gallery;
  readonly threshold: number;
  setFalseNamesIn(falseNamesIn: number): void;
  /** Whoever still searches may go on: the gallery stays in memory. The engine takes nothing more. */
  close(): Promise<void>;
}

/** KithError `not_found` when this installation cannot make the model. */
export async function openRecogniser(config: Config, store: Store, model: string, log: Log): Promise<Recogniser> {
  const life = openLifecycle();
  try {
    const engine = life.own(await openEngine(config, log, { model }));
    const gallery = life.own(
      await openGallery({
        store,
        embedder: engine.embedder,
        wish: decisionOf(config),
        log: log.child({ part: 'gallery' }),
      }),
    );
    const { find, match } = createPipeline({ engine, gallery, decide });
    return {
      model: engine.embedder.id,
      engine,
      gallery,
      get threshold() {
        return gallery.calibration.threshold;
      },
      setFalseNamesIn: gallery.setFalseNamesIn,
      find,
      match,
      close: () => life.close(),
    };
  } catch (error) {
    await life.close();
    throw error;
  }
}
