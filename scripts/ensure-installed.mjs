// Installs the dependencies when node_modules is missing or older than the lock file, with visible progress. Runs on the
// host's own Node (20 or later) before anything is installed, so it is plain JavaScript and imports nothing but Node.

import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const lock = join(root, 'package-lock.json');
const marker = join(root, 'node_modules', '.package-lock.json');
const EXPECTED_MB = 1100;

if (Number(process.versions.node.split('.')[0]) < 20) {
  fail(
    `Node ${process.versions.node} is too old to install Kith: install Node 20 or later (https://nodejs.org) and try again.`,
  );
}
if (!installed()) await install();

function installed() {
  return (
    existsSync(marker) &&
    existsSync(join(root, 'node_modules', '.bin', 'node')) &&
    statSync(marker).mtimeMs >= statSync(lock).mtimeMs
  );
}

async function install() {
  const started = Date.now();
  say(`Installing Kith's packages (about ${EXPECTED_MB} MB, once; a minute or three) ...`);
  const npm = spawn('npm', ['ci', '--loglevel=error', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    shell: process.platform === 'win32',
    // npm 10 ignores "allowScripts" in package.json: keep these two from downloading what Kith does not use.
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip', SKIP_FFMPEG: 'true' },
  });
  let errors = '';
  npm.stderr.on('data', (data) => (errors += data));
  const stop = () => npm.kill();
  process.once('SIGINT', stop);
  const timer = setInterval(() => progress(started), process.stdout.isTTY ? 1000 : 15_000);
  const status = await new Promise((resolve) => {
    npm.once('error', (error) => {
      errors += error.message;
      resolve(-1);
    });
    npm.once('close', (code, signal) => resolve(signal ? -1 : code));
  });
  clearInterval(timer);
  if (process.stdout.isTTY) process.stdout.write('\r\u001B[K');
  if (status !== 0) fail(explain(errors));
  // npm leaves the marker's time alone when nothing changed: without this every start would install again.
  const now = new Date();
  utimesSync(marker, now, now);
  say(`Installed in ${seconds(started)} s.`);
}

function progress(started) {
  const line = `  ${packagesPresent()} packages unpacked, ${seconds(started)} s`;
  process.stdout.write(process.stdout.isTTY ? `\r\u001B[K${line}` : `${line}\n`);
}

function packagesPresent() {
  let count = 0;
  const folder = join(root, 'node_modules');
  if (!existsSync(folder)) return 0;
  for (const name of readdirSync(folder)) {
    if (name.startsWith('.')) continue;
    count += name.startsWith('@') ? readdirSync(join(folder, name)).length : 1;
  }
  return count;
}

function explain(errors) {
  const code =
    /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|CERT_\w+|SELF_SIGNED\w+|UNABLE_TO_\w+)\b/.exec(
      errors,
    )?.[1];
  if (code) {
    return `the npm registry cannot be reached (${code}): check the network, the proxy (npm config get proxy) and the registry (npm config get registry), then run the same command again.`;
  }
  if (errors.includes('ENOSPC'))
    return `the disk is full: Kith's packages need about ${EXPECTED_MB} MB; make room and run the same command again.`;
  const first = errors.split('\n').find((line) => line.trim() !== '') ?? 'npm was stopped';
  return `the packages could not be installed (${first.replace(/^npm (error|ERR!) ?/, '').trim()}): run "npm ci" to see all of it.`;
}

function seconds(since) {
  return Math.round((Date.now() - since) / 1000);
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

function fail(reason) {
  process.stderr.write(`kith: ${reason}\n`);
  process.exit(1);
}
