// Builds the admin panel into web/dist when its sources changed since, and compresses it. `--sizes` prints what the first view loads.

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const root = join(import.meta.dirname, '..');
const web = join(root, 'web');
const dist = join(web, 'dist');
const next = join(web, 'dist.next');
const stamp = join(dist, '.built');
const COMPRESSED = /\.(?:js|css|svg|html|json)$/;

const wanted = await fingerprint();
if ((await readFile(stamp, 'utf8').catch(() => '')) !== wanted) await build();
if (process.argv.includes('--sizes')) await sizes();

async function build() {
  const started = Date.now();
  process.stdout.write('Building the admin panel (once, and when its sources changed; about 10 s) ...\n');
  await rm(next, { recursive: true, force: true });
  try {
    const { build: viteBuild } = await import('vite');
    await viteBuild({
      configFile: join(web, 'vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: next, emptyOutDir: true },
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    process.stderr.write(
      `kith: the admin panel could not be built (${why}): run "npm ci", then the same command again.\n`,
    );
    process.exit(1);
  }
  for (const file of await filesOf(next)) {
    if (!COMPRESSED.test(file)) continue;
    const bytes = await readFile(file);
    await writeFile(`${file}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
    await writeFile(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  }
  await writeFile(join(next, '.built'), wanted);
  // A program that runs meanwhile serves the old one or the new one, never half of it.
  await rm(dist, { recursive: true, force: true });
  await rename(next, dist);
  process.stdout.write(`Built in ${((Date.now() - started) / 1000).toFixed(1)} s.\n`);
}

/** Of everything that the build reads. */
async function fingerprint() {
  const hash = createHash('sha256');
  const files = [
    // Types and tests are no part of what is built.
    ...(await filesOf(join(web, 'src'))).filter((file) => !/\.(?:d|test)\.ts$/.test(file)),
    // What the panel shares with the back end lies there.
    ...(await readdir(join(root, 'src'))).filter((name) => name.endsWith('.ts')).map((name) => join(root, 'src', name)),
    ...['index.html', 'vite.config.ts', 'package.json'].map((name) => join(web, name)),
    join(root, 'package-lock.json'),
    join(root, 'scripts', 'build-web.mjs'),
  ].toSorted();
  for (const file of files) hash.update(file.slice(root.length)).update(await readFile(file));
  return hash.digest('hex');
}

async function filesOf(folder) {
  if (!existsSync(folder)) await mkdir(folder, { recursive: true });
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** The entry and what it imports at once, with the first screen; further screens come when they are opened. */
async function sizes() {
  const manifest = JSON.parse(await readFile(join(dist, '.vite', 'manifest.json'), 'utf8'));
  const first = new Set();
  function take(key) {
    if (first.has(key)) return;
    first.add(key);
    for (const other of manifest[key].imports ?? []) take(other);
  }
  take('index.html');
  take('src/screens/live/live.tsx');
  const compressed = async (file) => (await readFile(join(dist, `${file}.gz`))).length;
  let script = 0;
  let style = 0;
  const chunks = {};
  for (const [key, { file, css = [] }] of Object.entries(manifest)) {
    if (!file.endsWith('.js')) continue;
    const size = await compressed(file);
    chunks[file] = { gzip: size, first: first.has(key) };
    if (!first.has(key)) continue;
    script += size;
    for (const sheet of css) style += await compressed(sheet);
  }
  const largestFirst = Object.fromEntries(Object.entries(chunks).toSorted(([, a], [, b]) => b.gzip - a.gzip));
  const said = { firstViewScriptGzip: script, firstViewStyleGzip: style, chunks: largestFirst };
  process.stdout.write(`${JSON.stringify(said, null, 2)}\n`);
}
