// A camera program for the tests of the supervisor: does in its n-th life what the n-th of its settings' acts says.

import { appendFileSync, readFileSync } from 'node:fs';
import type { ChildAlive } from './supervisor.ts';

export type Act =
  | 'run'
  | 'stall'
  | 'quiet'
  | 'hang'
  | 'mute'
  | 'grow'
  | 'crash'
  | 'wrong'
  | 'unreadable'
  | 'end'
  | 'stubborn';

export interface FakeSettings {
  readonly acts: readonly Act[];
  /** Gets a line for each life: its process id. */
  readonly lives: string;
}

const EVERY_MS = 20;

function begin({ acts, lives }: FakeSettings): void {
  process.on('SIGTERM', () => acts[0] === 'stubborn' || process.exit(0));
  appendFileSync(lives, `${process.pid}\n`);
  const life = readFileSync(lives, 'utf8').trim().split('\n').length;
  const act = acts[Math.min(life, acts.length) - 1] ?? 'run';
  let framesAt: number | null = null;
  let memory = 100;
  const send = (more: Partial<ChildAlive> = {}) => {
    const status = { state: 'running', reason: null, frames: life } as const;
    const alive = { kind: 'alive', framesAt, quiet: false, memoryMegabytes: memory, memoryLimitMegabytes: 300, status };
    process.send?.({ ...alive, ...more });
  };
  const ending = (state: 'ended', reason: string, code: number) => {
    send({ status: { state, reason } });
    setTimeout(() => process.exit(code), EVERY_MS);
  };
  if (act === 'mute') setInterval(() => undefined, 1000);
  else if (act === 'wrong') ending('ended', 'camera settings: "rate" must be <= 60.', 2);
  else if (act === 'unreadable') ending('ended', 'film.mp4 is no video.', 3);
  else if (act === 'end') ending('ended', 'The recording has ended.', 0);
  else {
    let ticks = 0;
    setInterval(() => {
      ticks++;
      if (act !== 'stall' && act !== 'quiet') framesAt = Date.now();
      if (act === 'grow') memory += 50;
      send({ quiet: act === 'quiet' });
      if (act === 'crash' && ticks === 3) process.kill(process.pid, 'SIGSEGV');
      if (act === 'hang' && ticks === 3) for (;;);
    }, EVERY_MS);
  }
}

process.once('message', (settings) => begin(settings as FakeSettings));
process.once('disconnect', () => process.exit(0));
