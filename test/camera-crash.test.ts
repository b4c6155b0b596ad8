// kill -9 on either side of the way from a camera's spool to the detection log: every shot that was safe on disk arrives, once.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ADMIN_KEY, portraits, startProgram, temporaryFolder, type Program } from './program.ts';

const CHILD = fileURLToPath(new URL('camera-child.ts', import.meta.url));

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}

test(
  'a camera and its back end are killed again and again: nothing is lost, nothing comes twice',
  { timeout: 240_000 },
  async (t) => {
    const folder = await temporaryFolder();
    t.after(() => folder.remove());
    const [portrait] = await portraits();
    assert.ok(portrait);
    const picture = join(folder.path, 'shot.jpg');
    await writeFile(picture, portrait);
    const port = await freePort();
    const start = (): Promise<Program> =>
      startProgram(join(folder.path, 'data'), ['--no-demo'], { KITH_PORT: port, KITH_ADMIN_KEY: ADMIN_KEY });
    const camera = (mode = 'run') =>
      spawn(
        process.execPath,
        [CHILD, join(folder.path, 'spool'), picture, `http://127.0.0.1:${port}`, ADMIN_KEY, mode],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );

    let program = await start();
    t.after(() => program.stop('SIGKILL'));
    await program.call('PUT', '/cameras/door', { name: 'Door' });
    const safe: string[] = [];
    for (let round = 0; round < 4; round++) {
      const child = camera();
      let text = '';
      child.stdout.on('data', (bytes: Buffer) => (text += bytes.toString()));
      // The back end dies in every second round, in the middle of it.
      if (round % 2 === 1) {
        await sleep(300 + Math.random() * 500);
        await program.stop('SIGKILL');
        const starting = start();
        await sleep(500);
        child.kill('SIGKILL');
        program = await starting;
      } else {
        while (text.split('\n').length < 15 && child.exitCode === null) await sleep(20);
        await sleep(Math.random() * 300);
        child.kill('SIGKILL');
      }
      if (child.signalCode === null && child.exitCode === null) await once(child, 'close');
      safe.push(
        ...text
          .slice(0, text.lastIndexOf('\n') + 1)
          .split('\n')
          .filter(Boolean),
      );
    }
    assert.ok(safe.length > 25, `only ${safe.length} were safe`);
    const drain = camera('drain');
    const [status] = (await once(drain, 'exit')) as [number | null];
    assert.equal(status, 0);

    const found: string[] = [];
    for (let cursor = ''; ;) {
      const { json } = await program.call('GET', `/detections?limit=200${cursor}`);
      const page = json as unknown as { items: { id: string }[]; next: string | null };
      found.push(...page.items.map(({ id }) => id));
      if (page.next === null) break;
      cursor = `&cursor=${encodeURIComponent(page.next)}`;
    }
    const log = new Set(found);
    assert.equal(log.size, found.length, 'a shot stands twice in the log');
    assert.deepEqual(
      safe.filter((id) => !log.has(id)),
      [],
    );
  },
);
