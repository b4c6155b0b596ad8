// The whole program with the admin panel in a real browser, somebody signed in, and a log that the real pipeline has made.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { openPage } from './browser.ts';
import { ADMIN_KEY, portraits, shotForm, startProgram, temporaryFolder, type Program } from './program.ts';

const FACES = join(import.meta.dirname, '..', '..', 'shared', 'data', 'lfw', 'images');
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const PATIENCE_MS = 120_000;
const REFERENCES = 3;

/** Without them there are three people with one photo each, out of an installed package. */
export const HAS_FACES = existsSync(FACES);

export interface Panel {
  readonly program: Program;
  readonly page: Page;
  /** Errors that the page has had so far. */
  readonly problems: string[];
  /** Opens an address of the panel and waits until its screen stands. */
  readonly go: (path: string) => Promise<void>;
  close(): Promise<void>;
}

export async function openPanel(
  options: {
    readonly colorScheme?: 'light' | 'dark';
    readonly width?: number;
    readonly height?: number;
    readonly args?: readonly string[];
    readonly browserArgs?: readonly string[];
    readonly environment?: NodeJS.ProcessEnv;
    /** false: there is no user yet, and nobody is signed in. */
    readonly signedIn?: boolean;
    /** Before the browser comes. */
    readonly seed?: (program: Program) => Promise<void>;
  } = {},
): Promise<Panel> {
  const { seed, signedIn = true, args = [], browserArgs = [], environment = {}, ...view } = options;
  const folder = await temporaryFolder();
  const program = await startProgram(folder.path, ['--no-demo', ...args], {
    KITH_ADMIN_KEY: ADMIN_KEY,
    ...environment,
  }).catch(async (error: unknown) => {
    await folder.remove();
    throw error;
  });
  try {
    await ready(program);
    await seed?.(program);
    const browser = await openPage({ width: 1280, height: 900, args: browserArgs, ...view });
    const { page, problems } = browser;
    if (signedIn) await signIn(program, page);
    return {
      program,
      page,
      problems,
      async go(path) {
        await page.goto(`${program.url}${path}`);
        await page.getByRole('heading', { level: 1 }).waitFor();
      },
      async close() {
        await browser.close();
        await program.stop();
        await folder.remove();
      },
    };
  } catch (error) {
    await program.stop('SIGKILL');
    await folder.remove();
    throw error;
  }
}

export const PASSWORD = 'correct horse battery';

/** Somebody of this role, made where there is none yet (her name is the role), with a real session in this browser. */
export async function signIn(
  program: Program,
  page: Page,
  {
    role = 'administrator',
    name = role,
    cameras = null,
  }: {
    readonly role?: 'administrator' | 'operator' | 'viewer';
    readonly name?: string;
    readonly cameras?: readonly string[] | null;
  } = {},
): Promise<void> {
  const made = await program.call('POST', '/users', { name, role, cameras, password: PASSWORD });
  assert.ok([201, 409].includes(made.status), JSON.stringify(made.json));
  // The browser's own cookies, without a screen to wait for.
  const answer = await page.context().request.post(`${program.url}/api/v1/session`, {
    headers: { 'x-kith': 'panel' },
    data: { name, password: PASSWORD },
  });
  assert.equal(answer.status(), 200, await answer.text());
  await page.goto(program.url);
  await page.getByRole('heading', { level: 1 }).waitFor();
}

async function ready(program: Program): Promise<void> {
  await until('Kith is ready', async () => (await fetch(`${program.url}/ready`)).ok);
}

export async function until(what: string, holds: () => Promise<boolean>, patienceMs = PATIENCE_MS): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Waited too long: ${what}`);
    await sleep(100);
  }
}

/** Until the expression holds in the page. Playwright's own waiting evaluates inside of it, which its policy forbids from the second
 * look on. */
export async function untilInPage(page: Page, expression: string, patienceMs?: number): Promise<void> {
  await until(expression, async () => (await page.evaluate(expression)) === true, patienceMs);
}

export interface Seeded {
  /** Enrolled, by name. */
  readonly known: readonly string[];
  /** How many strangers there should be. */
  readonly strangers: number;
}

/** Enrols half of some people and lets all of them come by, over the last days, at two cameras. Answers when all is classified. */
export async function seedLog(program: Program, { people = 6, days = 3 } = {}): Promise<Seeded> {
  const all = await somePeople(people);
  const known = all.slice(0, Math.ceil(all.length / 2));
  for (const { name, photos } of known) {
    const { json: person } = await program.call('POST', '/persons', { name });
    const { id } = person as unknown as { id: string };
    let taken = 0;
    // The gate refuses some: two faces on a photo, and the like.
    for (const photo of photos) {
      const form = new FormData();
      form.append('image', new Blob([Buffer.from(photo)]), 'photo.jpg');
      const { status } = await program.call('POST', `/persons/${id}/references`, form);
      if (status === 201 && ++taken === REFERENCES) break;
    }
    assert.ok(taken > 0, `no photo of ${name} was taken`);
  }
  for (const [id, name] of [
    ['front-door', 'Front door'],
    ['office', 'Office'],
  ]) {
    await program.call('PUT', `/cameras/${id}`, { name });
  }
  const now = Date.now();
  let shots = 0;
  for (let day = days - 1; day >= 0; day--) {
    for (const [i, { photos }] of all.entries()) {
      const photo = photos[(REFERENCES + day) % photos.length] ?? photos[0];
      if (!photo) continue;
      const at = now - day * DAY_MS - (i + 1) * 7 * MINUTE_MS;
      const { status } = await program.call(
        'POST',
        '/detections',
        shotForm(`seed-${shots++}`, (i + day) % 2 === 0 ? 'front-door' : 'office', photo, at),
      );
      assert.equal(status, 201);
      // In the order of their time, so that the second sight of a stranger finds the first.
      await until('a seeded shot is classified', async () => {
        const { json } = await program.call('GET', `/detections/seed-${shots - 1}`);
        return json.state !== 'pending';
      });
    }
  }
  return { known: known.map(({ name }) => name), strangers: all.length - known.length };
}

export interface Somebody {
  readonly name: string;
  readonly photos: readonly Uint8Array[];
}

const NAMES = ['Ada', 'Bea', 'Cleo', 'Dora', 'Emil', 'Fritz', 'Gwen', 'Hugo', 'Ines', 'Jon', 'Kim', 'Lea'];

/** Different people under invented names, each with several photos (one, where the folder of faces is absent). */
export async function somePeople(count: number): Promise<readonly Somebody[]> {
  if (!HAS_FACES) {
    return (await portraits()).slice(0, count).map((photo, i) => ({ name: NAMES[i] ?? `Nr ${i}`, photos: [photo] }));
  }
  const people: Somebody[] = [];
  for (const folder of (await readdir(FACES)).toSorted()) {
    if (people.length === count) break;
    const files = (await readdir(join(FACES, folder))).toSorted();
    if (files.length < 6 || files.length > 12) continue;
    const photos = await Promise.all(files.slice(0, 8).map((file) => readFile(join(FACES, folder, file))));
    people.push({ name: NAMES[people.length] ?? `Nr ${people.length}`, photos });
  }
  return people;
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const IS_MOVING = "document.getAnimations().some(({ playState }) => playState === 'running')";

/** No finding that keeps somebody out (serious or critical). */
export async function checkAccessibility(page: Page): Promise<void> {
  // Colours on their way from one to another are neither; what turns for ever is not waited for.
  for (let tries = 0; tries < 10 && (await page.evaluate(IS_MOVING)); tries++) await page.waitForTimeout(100);
  await page.evaluate(await readFile(AXE, 'utf8'));
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(options: object): Promise<{
          violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
        }>;
      };
    };
    // What is well needs no words.
    const { violations } = await axe.run({ resultTypes: ['violations'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, impact, nodes }) =>
          `${id} (${impact}): ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join(' | ')}`,
      );
  });
  assert.deepEqual(found, []);
}
