import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { CameraFileSchema, readCameraConfig } from './config.ts';
import { temporaryFolder } from './test-kit.ts';

async function read(t: { after(fn: () => void): void }, value: unknown, env: NodeJS.ProcessEnv = {}) {
  const file = join(temporaryFolder(t), 'camera.json');
  await writeFile(file, typeof value === 'string' ? value : JSON.stringify(value));
  return readCameraConfig({ file, env });
}

const least = { id: 'door', source: 'rtsp://cam/1', key: 'k' };

test('the least that is needed, with defaults', async (t) => {
  const config = await read(t, least);
  assert.equal(config.server, 'http://127.0.0.1:8080');
  assert.equal(config.source === undefined ? null : config.pace, 'realtime');
  assert.equal(config.key, 'k');
});

test('a misspelled key is named with the right one, a wrong value with its key', async (t) => {
  await assert.rejects(read(t, { ...least, minfacepx: 3 }), { code: 'invalid', message: /"minfacepx".*"minFacePx"/ });
  await assert.rejects(read(t, { ...least, rate: 900 }), { code: 'invalid', message: /"rate"/ });
  await assert.rejects(read(t, { ...least, pace: 'slow' }), { message: /"pace" must be one of "realtime", "fast"/ });
  await assert.rejects(read(t, { ...least, id: 'a/b' }), { message: /"id"/ });
  await assert.rejects(read(t, { ...least, server: 'kith' }), { message: /"server"/ });
  await assert.rejects(read(t, '{'), { code: 'invalid', message: /is not JSON/ });
  await assert.rejects(read(t, '[]'), { code: 'invalid', message: /one JSON object/ });
});

test('without a source the back end keeps the settings: server and key are enough', async (t) => {
  const config = await read(t, { server: 'http://kith:8080', key: 'k' });
  assert.deepEqual(config, { server: 'http://kith:8080', key: 'k', data: './data' });
  const env = { KITH_SERVER: 'http://kith:8080', KITH_CAMERA_KEY: 'k', KITH_DATA: '/var/lib/kith' };
  assert.deepEqual(readCameraConfig({ env }), { server: 'http://kith:8080', key: 'k', data: '/var/lib/kith' });
  assert.equal((await read(t, { id: 'door', key: 'k' })).id, 'door');
  // What would have no effect is not taken silently.
  await assert.rejects(read(t, { id: 'door', key: 'k', rate: 4 }), {
    code: 'invalid',
    message: /"rate" counts only together with "source"/,
  });
  await assert.rejects(read(t, { key: 'k', sorce: 'rtsp://cam/1' }), { message: /"sorce".*"source"/ });
});

test('what a parent hands over is not replaced by an environment that is meant for somebody else', () => {
  const overrides = { ...least, key: 'from-parent', server: 'http://127.0.0.1:1234' };
  const config = readCameraConfig({ env: { KITH_CAMERA_KEY: 'x', KITH_SERVER: 'http://other' }, overrides });
  assert.equal(config.key, 'from-parent');
  assert.equal(config.server, 'http://127.0.0.1:1234');
});

test('a polygon that crosses itself is named', async (t) => {
  const bow = [
    [0, 0],
    [1, 1],
    [1, 0],
    [0, 1],
  ];
  await assert.rejects(read(t, { ...least, exclude: [bow] }), { message: /"exclude": polygon 1 crosses/ });
  await assert.rejects(read(t, { ...least, include: [[[0, 0]]] }), { message: /include/ });
});

test('the key comes from file, environment or a file of its own; none is an error', async (t) => {
  const secret = join(temporaryFolder(t), 'key');
  await writeFile(secret, 'from-file\n');
  assert.equal((await read(t, { ...least, key: undefined, keyFile: secret })).key, 'from-file');
  assert.equal((await read(t, least, { KITH_CAMERA_KEY: 'from-env' })).key, 'from-env');
  assert.equal((await read(t, least, { KITH_CAMERA_KEY_FILE: secret })).key, 'from-file');
  await assert.rejects(read(t, { ...least, key: undefined }), { message: /KITH_CAMERA_KEY/ });
});

test('every setting says what it is', () => {
  for (const [key, schema] of Object.entries(CameraFileSchema.properties)) {
    const { title, description } = schema as { title?: string; description?: string };
    assert.ok(title && description, key);
  }
});
