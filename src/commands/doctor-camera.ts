// `kith doctor camera URL`: watches a camera for a minute and says in plain words what it is worth for recognition, with a picture.

import { access, constants, writeFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { styleText } from 'node:util';
import { adviceOf, type Advice, type Verdict } from '../camera-advice.ts';
import type { Examination } from '../camera-examination.ts';
import { findingsOf, many, type Finding } from '../camera-findings.ts';
import { readConfig } from '../config.ts';
import { openCodec } from '../engine.ts';
import { isKithError, KithError, messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { examine } from '../examine.ts';
import { drawSheet, encodeSheet, pageOf, titleOf, wrap, type Sheet } from './doctor-picture.ts';
import { EXIT, type Output } from './output.ts';

export interface DoctorCameraOptions {
  readonly seconds: number;
  /** A file, true for a name made up here, false for none. */
  readonly picture: string | boolean;
  readonly html?: string;
  readonly faces?: boolean;
}

const COLOURS = { good: 'green', fair: 'yellow', poor: 'red', nobody: 'blue' } as const satisfies Record<
  Verdict,
  string
>;
const TOPIC = 12;
const LINE = 100;

/** `camera` is an address, or the id of a camera of kith.json. Exit 0: it can be used; 1: it cannot, or nobody was seen; 3: it
 * cannot be read. */
export async function doctorCamera(
  camera: string,
  options: DoctorCameraOptions,
  output: Output,
  log: Log,
): Promise<number> {
  // An address may hold a password: what lists processes shows this instead.
  process.title = 'kith doctor camera';
  const { html, picture } = options;
  // Before a minute has passed in vain.
  for (const file of [typeof picture === 'string' ? picture : picture ? '.' : null, html ?? null]) {
    if (file !== null) await mustBeWritable(file);
  }
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt);
  const draw = output.progress('Watching');
  const examined = await examine(camera, {
    config: readConfig(),
    seconds: options.seconds,
    log,
    signal: stop.signal,
    onProgress: (watched) => draw(Math.floor(watched), options.seconds),
  })
    .catch((error: unknown) => {
      throw isKithError(error) && error.code === 'unavailable'
        ? new KithError('invalid', error.message, { cause: error })
        : error;
    })
    .finally(() => process.removeListener('SIGINT', interrupt));
  const { examination, view } = examined;
  if (examination.seconds < options.seconds) draw(options.seconds, options.seconds);
  const findings = findingsOf(examination);
  const advice = adviceOf(examination);

  const files: string[] = [];
  if (view && (picture !== false || html !== undefined)) {
    const codec = openCodec();
    const sheet: Sheet = { examination, advice, findings, view, showFaces: options.faces === true };
    const drawing = await drawSheet(sheet, codec);
    if (picture !== false) {
      const file = typeof picture === 'string' ? picture : nameFor(examination);
      await save(file, await encodeSheet(drawing, codec));
      files.push(file);
    }
    if (html !== undefined) {
      await save(html, pageOf(drawing, sheet));
      files.push(html);
    }
  }
  output.answer({ ...advice, findings, ...examination, files }, () => linesOf(examination, findings, advice, files));
  return advice.verdict === 'good' || advice.verdict === 'fair' ? EXIT.done : EXIT.no;
}

export function linesOf(
  exam: Examination,
  findings: readonly Finding[],
  advice: Advice,
  files: readonly string[],
): string[] {
  const { verdict, headline, changes } = advice;
  const watched = `${exam.source}, watched for ${many(Math.round(exam.seconds), 'second')} (profile ${exam.settings.profile})`;
  const early = { ended: 'The recording ended then.', stopped: 'You stopped it then.' };
  const lines = [
    styleText('dim', watched + (exam.cutShort === null ? '' : `. ${early[exam.cutShort]}`)),
    '',
    ...wrap(headline, LINE).map((part) => styleText([COLOURS[verdict], 'bold'], part)),
    '',
  ];
  let topic = '';
  for (const finding of findings) {
    lines.push(...hang(`  ${finding.topic === topic ? '' : finding.topic}`.padEnd(TOPIC + 2), finding.says));
    topic = finding.topic;
  }
  lines.push('', styleText('bold', titleOf(advice)));
  for (const [index, change] of changes.entries()) lines.push(...hang(`  ${index + 1}. `, change));
  for (const problem of exam.stream.problems.slice(0, 3)) lines.push('', problem);
  if (files.length > 0) {
    lines.push('', `Where faces were seen, as a picture: ${files.map((file) => resolve(file)).join(' and ')}`);
  }
  return lines;
}

/** Long lines go on under their beginning. */
function hang(mark: string, text: string): string[] {
  return wrap(text, LINE - mark.length).map((part, index) => (index === 0 ? mark : ' '.repeat(mark.length)) + part);
}

function nameFor({ source, startedAt }: Examination): string {
  const host = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]+)/i.exec(source)?.[1];
  const name = (host ?? basename(source)).replaceAll(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-.]+/, '');
  const date = new Date(startedAt).toISOString().slice(0, 10);
  return `kith-doctor-${name === '' ? 'camera' : name.slice(0, 80)}-${date}.jpg`;
}

async function mustBeWritable(file: string): Promise<void> {
  const folder = file === '.' ? '.' : dirname(file);
  try {
    await access(folder, constants.W_OK);
  } catch (error) {
    const what = file === '.' ? 'The picture cannot be written here' : `${file} cannot be written`;
    throw new KithError('invalid', `${what} (${messageOf(error)}): give another file, or --no-picture.`, {
      cause: error,
    });
  }
}

async function save(file: string, content: string | Uint8Array): Promise<void> {
  try {
    await writeFile(file, content);
  } catch (error) {
    throw new KithError('invalid', `${file} cannot be written (${messageOf(error)}): give another file.`, {
      cause: error,
    });
  }
}
