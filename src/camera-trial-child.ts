// The program of a child that looks at one camera once: it may crash or hang in a decoder without taking anybody with it. What to do
// comes over the IPC channel, so that no password stands in a list of processes; the answer goes back the same way.

import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import type { Diagnosis, Probed, TrialAnswer, TrialTask, TrialWord } from './camera-trial.ts';
import { isKithError, messageOf } from './errors.ts';
import { hideCredentials } from './log.ts';

enableCompileCache(join(import.meta.dirname, '..', 'node_modules', '.cache', 'kith', 'code'));

const MEMORY_MS = 200;
const stop = new AbortController();

function tell(answer: TrialAnswer): Promise<void> {
  return new Promise((done) => {
    if (process.connected) process.send?.(answer, undefined, undefined, () => done());
    else done();
  });
}

/** The first one says that it has begun. */
function tellMemory(): Promise<void> {
  return tell({ kind: 'memory', megabytes: process.memoryUsage.rss() / 1e6 });
}

async function probe({ camera }: Extract<TrialTask, { kind: 'probe' }>): Promise<Probed> {
  // Not the engine, whose networks nobody needs here: somebody waits.
  const [{ probeCamera }, { createPictureCodec }] = await Promise.all([
    import('./camera/probe.ts'),
    import('./face/picture.ts'),
  ]);
  await tellMemory();
  return probeCamera(camera, { codec: createPictureCodec(), signal: stop.signal });
}

async function diagnose(task: Extract<TrialTask, { kind: 'examine' }>): Promise<Diagnosis> {
  const { camera, seconds, showFaces, connection, data } = task;
  const [{ examineSettings }, { adviceOf }, { findingsOf }, { hide }, { openCodec }, { readConfig }, { openLog }] =
    await Promise.all([
      import('./examine.ts'),
      import('./camera-advice.ts'),
      import('./camera-findings.ts'),
      import('./commands/doctor-picture.ts'),
      import('./engine.ts'),
      import('./config.ts'),
      import('./log.ts'),
    ]);
  await tellMemory();
  const { examination, view } = await examineSettings(camera, {
    config: readConfig({ overrides: { data } }),
    log: openLog({ level: 'silent', pretty: false }),
    signal: stop.signal,
    seconds,
    backEnd: connection && { ...connection, cameraId: camera.id },
    onProgress: (watched, faces) => void tell({ kind: 'progress', watched, faces }),
  });
  const picture = view && (showFaces ? view.picture : hide(view));
  const jpeg = picture && (await openCodec().encodeJpeg(picture, { maxSide: 1_280, quality: 85 }));
  return { advice: adviceOf(examination), findings: findingsOf(examination), examination, jpeg };
}

async function run(task: TrialTask): Promise<void> {
  const saying = setInterval(() => void tellMemory(), MEMORY_MS);
  try {
    if (task.kind === 'probe') await tell({ kind: 'probed', result: await probe(task) });
    else await tell({ kind: 'examined', result: await diagnose(task) });
  } catch (error) {
    const code = isKithError(error) ? error.code : null;
    await tell({ kind: 'failed', code, message: hideCredentials(messageOf(error)) });
  }
  clearInterval(saying);
  // A native call that does not come back would keep the process alive.
  process.exit(0);
}

process.once('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);
process.on('message', (word: TrialWord) => {
  if (word.kind === 'stop') stop.abort();
  else void run(word.task);
});
