import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { SourceOptions } from './frame.ts';
import { findSource } from './sources.ts';
import { sharpCodec, sourceOptions, squaresRaster, temporaryFolder } from './test-kit.ts';

async function read(path: string, more: Partial<SourceOptions> = {}): Promise<{ frames: number; problems: string[] }> {
  const problems: string[] = [];
  const { source, url } = findSource(path);
  const stream = await source.open(
    url,
    sourceOptions({ pace: 'fast', onProblem: (text) => problems.push(text), ...more }),
  );
  let frames = 0;
  for await (const frame of stream) {
    frames++;
    assert.equal(frame.alone, true);
    frame.release();
  }
  await stream.close();
  return { frames, problems };
}

test('what is no picture in a folder is left out, counted, and said once', async (t) => {
  const folder = temporaryFolder(t);
  const jpeg = await sharpCodec.encodeJpeg(squaresRaster(64, 48, []));
  for (const name of ['1.jpg', '2.jpeg', '10.JPG']) await writeFile(join(folder, name), jpeg);
  for (const name of ['notes.txt', 'Thumbs.db', '.DS_Store']) await writeFile(join(folder, name), 'words');
  await writeFile(join(folder, 'words.jpg'), 'words');
  await writeFile(join(folder, 'cut.png'), jpeg.subarray(0, 100));
  await mkdir(join(folder, 'folder.jpg'));
  const { frames, problems } = await read(folder);
  assert.equal(frames, 3);
  assert.equal(problems.length, 3, problems.join('\n'));
  assert.match(problems[0] ?? '', /3 entries \(".*", …\) left out, as their names/);
  assert.match(problems[1] ?? '', /was left out:/);
  assert.match(problems[2] ?? '', /3 of 6 photos could not be read/);
});

test('a folder without pictures says what is in it', async (t) => {
  const folder = temporaryFolder(t);
  await assert.rejects(read(folder), { code: 'invalid', message: /holds no pictures .* it is empty/ });
  await writeFile(join(folder, 'notes.txt'), 'words');
  await assert.rejects(read(folder), { code: 'invalid', message: /holds no pictures .* only "notes\.txt"/ });
  await assert.rejects(read(`folder:${join(folder, 'none')}`), { code: 'invalid', message: /cannot be read/ });
});
