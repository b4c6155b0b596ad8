// The action "command": a program of the configuration file, with who, where and why in its environment.

import type { CommandAction } from '../action-settings.ts';
import type { Deed, Perform } from './deed.ts';
import { lastWords, runProgram } from './program.ts';

export const performCommand: Perform = async (settings, deed, signal) => {
  const { run, folder } = settings as CommandAction;
  const environment = environmentOf(deed);
  const { code, output } = await runProgram({ run, environment, signal, ...(folder !== undefined && { folder }) });
  if (code === 0) return;
  const how = code === null ? 'was ended from outside' : `ended with status ${code}`;
  throw new Error(`${run[0]} ${how}${lastWords(output)}`);
};

/** What is not known is empty. */
function environmentOf({ run, person, camera, at }: Deed): Record<string, string> {
  return {
    KITH_ACTION: run.actionId,
    KITH_RUN: run.id,
    KITH_CAUSE: run.cause,
    KITH_AT: new Date(at).toISOString(),
    KITH_BY: run.by ?? '',
    KITH_PERSON: person?.name ?? '',
    KITH_PERSON_ID: person?.id ?? '',
    KITH_CAMERA: camera?.name ?? '',
    KITH_CAMERA_ID: camera?.id ?? '',
    KITH_VISIT: run.visitId ?? '',
    KITH_DETECTION: run.detectionId ?? '',
  };
}
