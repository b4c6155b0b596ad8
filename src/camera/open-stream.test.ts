import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KithError } from '../errors.ts';
import { rasterFrame, type FrameStream, type Source } from './frame.ts';
import { openStream } from './open-stream.ts';
import { sourceOptions, squaresRaster } from './test-kit.ts';

/** A device that offers a large and a small stream, and a camera that gives only the large one. */
function sources(): { more: readonly Source[]; opened: string[]; closed: string[] } {
  const [opened, closed]: [string[], string[]] = [[], []];
  const common = { finite: false, newestWins: true } as const;
  const lens: Source = {
    ...common,
    schemes: ['lens'],
    async open(url, { lazy }): Promise<FrameStream> {
      if (url === 'lens:small') throw new KithError('unavailable', 'lens:small: too many users.');
      opened.push(lazy ? 'lazily' : 'alone');
      return {
        async *[Symbol.asyncIterator]() {
          yield rasterFrame(squaresRaster(64, 48, []), Date.now());
        },
        close: async () => void closed.push(url),
      };
    },
  };
  const device: Source = {
    ...common,
    schemes: ['device'],
    resolve: async () => ({ source: 'lens:large', substream: 'lens:small' }),
    open: () => Promise.reject(new Error('is resolved')),
  };
  return { more: [lens, device], opened, closed };
}

test('a small stream that the device offers but does not give: the large one is read alone, and that is said', async () => {
  const { more, opened, closed } = sources();
  const problems: string[] = [];
  const options = sourceOptions({ onProblem: (message) => problems.push(message) });
  const stream = await openStream({ source: 'device:' }, options, more);
  assert.deepEqual([opened, closed], [['lazily', 'alone'], ['lens:large']]);
  assert.equal(problems.length, 1);
  assert.match(problems[0] ?? '', /large stream.*too many users/);
  await stream.close();
});

test('a small stream that people have named and that fails is an error', async () => {
  const { more, closed } = sources();
  const config = { source: 'lens:large', substream: 'lens:small' };
  await assert.rejects(openStream(config, sourceOptions(), more), /too many users/);
  assert.deepEqual(closed, ['lens:large']);
});
