// The action "gpio": a pulse on a pin through gpioset of libgpiod, whose version 2 speaks otherwise than version 1.

import type { GpioAction } from '../action-settings.ts';
import type { Perform } from './deed.ts';
import { lastWords, NoProgram, runProgram } from './program.ts';

const MISSING =
  'gpioset is not there: install it with "sudo apt install gpiod" on the machine that has the pins, and start Kith again.';

export const performGpio: Perform = async (settings, _deed, signal) => {
  const pin = settings as GpioAction;
  const isOld = await isVersionOne(signal);
  await gpioset(isOld ? pulseOfOne(pin) : pulseOfTwo(pin), pin, signal);
  // Version 1 leaves the line to the kernel, which on some boards keeps it as it was.
  if (isOld) await gpioset(releaseOfOne(pin), pin, signal);
};

async function isVersionOne(signal: AbortSignal): Promise<boolean> {
  const { output } = await tool(['--version'], signal);
  // "gpioset (libgpiod) v1.6.3"
  return /\bv(\d+)\./.exec(output)?.[1] === '1';
}

/** Sets the line, holds it, exits. */
function pulseOfOne({ chip, line, pulseMs, activeLow }: GpioAction): readonly string[] {
  const time = [`--sec=${Math.floor(pulseMs / 1000)}`, `--usec=${(pulseMs % 1000) * 1000}`];
  return ['--mode=time', ...time, ...(activeLow ? ['--active-low'] : []), chip, `${line}=1`];
}

function releaseOfOne({ chip, line, activeLow }: GpioAction): readonly string[] {
  return ['--mode=exit', ...(activeLow ? ['--active-low'] : []), chip, `${line}=0`];
}

/** Sets the line, toggles it once, exits: the last period is 0. */
function pulseOfTwo({ chip, line, pulseMs, activeLow }: GpioAction): readonly string[] {
  const low = activeLow ? ['--active-low'] : [];
  return ['--consumer', 'kith', '--chip', chip, '--toggle', `${pulseMs}ms,0`, ...low, `${line}=1`];
}

async function gpioset(args: readonly string[], { chip, line }: GpioAction, signal: AbortSignal): Promise<void> {
  const { code, output } = await tool(args, signal);
  if (code === 0) return;
  const todo = /permission|denied/i.test(output)
    ? 'add the user of Kith to the group "gpio"'
    : /busy/i.test(output)
      ? 'another program holds the line: end it, or take another line'
      : 'look at chip and line with gpiodetect and gpioinfo';
  throw new Error(`Line ${line} of ${chip} could not be set${lastWords(output)}: ${todo}.`);
}

async function tool(args: readonly string[], signal: AbortSignal) {
  try {
    return await runProgram({ run: ['gpioset', ...args], signal });
  } catch (error) {
    throw error instanceof NoProgram ? new Error(MISSING, { cause: error }) : error;
  }
}
