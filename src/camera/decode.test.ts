import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openDecoder, openProven, type FrameDecoder } from './decode.ts';
import { openPackets, type PacketStream } from './demux.ts';
import { writePiece } from './scene.test-kit.ts';
import { temporaryFolder } from './test-kit.ts';

const signal = new AbortController().signal;

async function clip(t: TestContext): Promise<PacketStream> {
  const path = join(temporaryFolder(t), 'a.mp4');
  await writePiece(path, {
    width: 160,
    height: 90,
    fps: 25,
    frames: 120,
    keyEvery: 20,
    squares: (i) => [[i, 20, 30, 30]],
  });
  const packets = await openPackets({ address: path, name: path, live: false }, signal);
  t.after(() => packets.close());
  return packets;
}

/** A graphics unit that fails in the way told. */
function unit(decode: FrameDecoder['decode']): FrameDecoder & { closed: boolean } {
  const decoder = {
    closed: false,
    decode,
    flush: () => Promise.resolve([]),
    reset: () => undefined,
    close: () => void (decoder.closed = true),
  };
  return decoder;
}

async function countFrames(packets: PacketStream, decoder: FrameDecoder): Promise<number> {
  let frames = 0;
  for (let packet = await packets.read(); packet; packet = await packets.read()) {
    for (const native of await decoder.decode(packet)) {
      frames++;
      native.free();
    }
    packet.free();
  }
  for (const native of await decoder.flush()) {
    frames++;
    native.free();
  }
  decoder.close();
  return frames;
}

test('a graphics unit that fails at the first packets is replaced, and no frame is missing', async (t) => {
  const packets = await clip(t);
  let asked = 0;
  const broken = unit(() => (++asked < 5 ? Promise.resolve([]) : Promise.reject(new Error('no surface'))));
  const decoder = openProven(broken, () => openDecoder(packets.stream, { hardware: 'off', rate: 25, signal }));
  assert.equal(await countFrames(packets, decoder), 120);
  assert.equal(broken.closed, true);
  assert.equal(asked, 5);
});

test('one that takes packets and never gives a picture is replaced, from the last key frame on', async (t) => {
  const packets = await clip(t);
  const silent = unit(() => Promise.resolve([]));
  const decoder = openProven(silent, () => openDecoder(packets.stream, { hardware: 'off', rate: 25, signal }));
  assert.equal(await countFrames(packets, decoder), 80);
  assert.equal(silent.closed, true);
});

test('a machine without a graphics unit decodes on its processor', async (t) => {
  const packets = await clip(t);
  const decoder = await openDecoder(packets.stream, { hardware: 'auto', rate: 25, signal });
  assert.equal(await countFrames(packets, decoder), 120);
});
