// The face engine for commands that need nothing else: neither the back end nor a store is loaded for them.

import { readConfig } from './config.ts';
import { openEngine } from './engine.ts';
import type { FaceEngine } from './face-port.ts';
import type { Log } from './log.ts';

export async function withEngine<T>(log: Log, work: (engine: FaceEngine) => Promise<T>): Promise<T> {
  const engine = await openEngine(readConfig(), log);
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}
