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
  assert.equal(config.pace, 'realtime');
  assert.equal(config.key, 'k');
});

test('a misspelled key is named with the right one, a wrong value with its key', async (t) => {
  await assert.rejects(read(t, { ...least, minfacepx: 3 }), { code: 'invalid', message: /"minfacepx".*"minFacePx"/ });
  await assert.rejects(read(t, { ...least, rate: 900 }), { code: 'invalid', message: /"rate"/ });
  await assert.rejects(read(t, { ...least, pace: 'slow' }), { message: /"pace" must be one of "realtime", "fast"/ });
  await assert.rejects(read(t, { ...least, id: 'a/b' }), { message: /"id"/ });
  await assert.rejects(read(t, { ...least, server: 'kith' }), { message: /"server"/ });
  await assert.rejects(read(t, { id: 'door', key: 'k' }), { message: /"source" is missing/ });
  await assert.rejects(read(t, '{'), { code: 'invalid', message: /is not JSON/ });
  await assert.rejects(read(t, '[]'), { code: 'invalid', message: /one JSON object/ });
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
