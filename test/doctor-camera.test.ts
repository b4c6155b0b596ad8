// `kith doctor camera` as people run it: words, picture, page, exit status.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { squaresRaster, writeVideo } from '../src/camera/test-kit.ts';
import { wrap, hide } from '../src/commands/doctor-picture.ts';
import { openCodec } from '../src/engine.ts';
import { run, temporaryFolder } from './program.ts';

const CLIPS = join(import.meta.dirname, '..', '..', 'shared', 'data', 'video');
const skip = existsSync(CLIPS) ? false : `${CLIPS} is not here`;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let data: string;

before(async () => {
  folder = await temporaryFolder();
  data = join(folder.path, 'data');
});

after(async () => folder.remove());

test('a recording without people: says so, what to try, and draws it', async () => {
  const file = join(folder.path, 'empty room.mp4');
  await writeVideo(file, { width: 640, height: 360, fps: 10, frames: 15, squares: (i) => [[i * 20, 100, 90, 12]] });
  const picture = join(folder.path, 'doctor.jpg');
  const html = join(folder.path, 'doctor.html');
  const { status, stdout, stderr } = await run(data, ['doctor', 'camera', file, '--picture', picture, '--html', html]);
  assert.equal(status, 1, stderr);
  assert.match(stdout, /Nobody showed a face in \d seconds?/);
  assert.match(stdout, /picture +640×360, \d+(\.\d)? frames a second/);
  assert.match(stdout, /What to try\n +1\. /);
  assert.ok(stdout.includes(picture) && stdout.includes(html));
  const info = await openCodec().check(await readFile(picture));
  assert.deepEqual([info.format, info.width], ['jpeg', 1600]);
  const page = await readFile(html, 'utf8');
  assert.ok(page.includes('<svg') && page.includes('NOBODY SEEN') && page.includes('empty room.mp4'));
});

test('a camera of kith.json is watched by its id, with its own settings', async () => {
  const file = join(folder.path, 'hall.mp4');
  await writeVideo(file, { width: 320, height: 180, fps: 10, frames: 12, squares: () => [] });
  const config = join(folder.path, 'kith.json');
  await writeFile(config, JSON.stringify({ cameras: [{ id: 'hall', source: file, profile: 'small', rate: 3 }] }));
  const { stdout, stderr } = await run(data, ['doctor', 'camera', 'hall', '--json', '--no-picture'], {
    KITH_CONFIG: config,
  });
  const { source, settings, verdict } = JSON.parse(stdout);
  assert.deepEqual([source, settings.profile, settings.rate, verdict], [file, 'small', 3, 'nobody'], stderr);
});

test('a source that cannot be read: exit 3, and no password anywhere', async () => {
  const address = 'rtsp://admin:p%40ss@127.0.0.1:1/main';
  const { status, stdout, stderr } = await run(data, ['doctor', 'camera', address, '--json', '--no-picture']);
  assert.equal(status, 3, stderr);
  assert.match(stderr, /^kith: rtsp:\/\/127\.0\.0\.1:1\/main does not deliver pictures/m);
  assert.ok(!/p%40ss|p@ss|admin/.test(stdout + stderr));
  const unknown = await run(data, ['doctor', 'camera', 'gopher://x', '--no-picture']);
  assert.equal(unknown.status, 3);
  assert.match(unknown.stderr, /no kind of camera/);
  const missing = await run(data, ['doctor', 'camera', join(folder.path, 'none.mp4'), '--no-picture']);
  assert.equal(missing.status, 3);
  assert.match(missing.stderr, /There is no file/);
  const noCamera = await run(data, ['doctor', 'camera', 'frontdoor', '--no-picture']);
  assert.equal(noCamera.status, 3);
  assert.match(noCamera.stderr, /no file frontdoor here, and no camera of this id in kith\.json \(there: none\)/);
});

test('where the picture cannot be written is said before the camera is watched', async () => {
  const lost = join(folder.path, 'no', 'such', 'folder.jpg');
  const { status, stderr } = await run(data, ['doctor', 'camera', 'v4l2:/dev/none', '--picture', lost]);
  assert.equal(status, 3);
  assert.match(stderr, /folder\.jpg cannot be written .*--no-picture/);
});

test('a live camera over HTTP: one JSON document with all figures, without its password', async () => {
  const codec = openCodec();
  const pictures = await Promise.all(
    [0, 1, 2, 3].map((i) => codec.encodeJpeg(squaresRaster(320, 180, [[40 + i * 50, 60, 40, 40]]))),
  );
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=frame' });
    let count = 0;
    const timer = setInterval(() => {
      const jpeg = pictures[count++ % pictures.length] ?? new Uint8Array();
      response.write(`--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`);
      response.write(Buffer.from(jpeg));
      response.write('\r\n');
    }, 50);
    response.once('close', () => clearInterval(timer));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const address = `http://admin:secret@127.0.0.1:${port}/video.mjpg`;
    const args = ['doctor', 'camera', address, '--seconds', '3', '--json', '--no-picture'];
    const { status, stdout, stderr } = await run(data, args);
    assert.ok(status === 0 || status === 1, stderr);
    const { source, verdict, changes, findings, stream, day, derived, files } = JSON.parse(stdout);
    assert.equal(source, `http://127.0.0.1:${port}/video.mjpg`);
    assert.ok(!stdout.includes('secret') && !stderr.includes('secret'));
    assert.ok(typeof verdict === 'string' && Array.isArray(changes) && findings.length > 0);
    assert.equal(stream.kind, 'network');
    assert.ok(stream.frames > 5 && stream.frameRate > 0 && stream.longestGapMs > 0);
    assert.deepEqual([day.width, day.height, day.facesAt.length], [320, 180, 144]);
    assert.ok('usableShare' in derived);
    assert.deepEqual(files, []);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test(
  'a clip of somebody who faces the camera: fine, with a picture named for it in this folder',
  { skip },
  async () => {
    const here = await temporaryFolder();
    const before = process.cwd();
    try {
      process.chdir(here.path);
      const { status, stdout, stderr } = await run(data, ['doctor', 'camera', join(CLIPS, 'asl-walk.mkv')]);
      assert.equal(status, 0, stderr);
      assert.match(stdout, /This camera is good for recognition/);
      assert.match(stdout, /usable +\d+ % of the looks/);
      const [name = ''] = await readdir(here.path);
      assert.match(name, /^kith-doctor-asl-walk\.mkv-\d{4}-\d\d-\d\d\.jpg$/);
    } finally {
      process.chdir(before);
      await here.remove();
    }
  },
);

test('a hidden face is a mosaic, the rest of the picture is as it was', () => {
  const picture = squaresRaster(100, 100, [[45, 45, 5, 5]]);
  const { data: hidden } = hide({ picture, faces: [[40, 40, 20, 20]] });
  const at = (x: number, y: number): number => hidden[(y * 100 + x) * 3] ?? -1;
  assert.equal(at(10, 10), 0);
  assert.ok(at(46, 46) > 0 && at(46, 46) < 255, 'a pixel of the face is as it was');
  assert.equal(at(47, 47), at(48, 47));
  assert.ok(picture.data.includes(255), 'the camera’s own picture was changed');
  // Over the edge of the picture nothing breaks.
  assert.equal(hide({ picture, faces: [[-50, 90, 60, 60]] }).data.length, 30_000);
});

test('text is wrapped at words', () => {
  assert.deepEqual(wrap('one two three four', 9), ['one two', 'three', 'four']);
  assert.deepEqual(wrap('', 9), ['']);
});
