// What a thread of the face engine runs: opens the networks and serves until the engine is closed. Root file: the meeting
// place of models/ and face/.

import { parentPort, workerData } from 'node:worker_threads';
import type { Network } from './model-port.ts';
import { createAnalyser } from './face/analyser.ts';
import type { Recipe } from './face/embed.ts';
import type { EmbedderTraits } from './face/networks.ts';
import type { OwnDetector } from './face/own.ts';
import { createPictureCodec } from './face/picture.ts';
import { toPlain, type FromThread } from './face/protocol.ts';
import { serveFaces } from './face/thread.ts';
import { openLifecycle, type Closeable } from './lifecycle.ts';
import { readDetections } from './models/detections.ts';
import { openNetwork } from './models/session.ts';

/** Plain data: what main.ts hands to `openFaceEngine`. */
export interface FaceThreadData {
  /** Compiled ONNX files. */
  readonly files: Readonly<Record<'near' | 'far' | 'mesh' | 'embedder', string>>;
  /** The user's own detector. */
  readonly detector?: { readonly file: string; readonly size: readonly [height: number, width: number] } | undefined;
  readonly embedder: EmbedderTraits;
  readonly recipe: Recipe;
}

const port = parentPort;
if (port) {
  const life = openLifecycle();
  try {
    const { files, detector, embedder, recipe } = workerData as FaceThreadData;
    const open = async (file: string): Promise<Network> => life.own((await openNetwork(file)) satisfies Closeable);
    const networks = {
      near: await open(files.near),
      far: whenNeeded(() => open(files.far)),
      mesh: await open(files.mesh),
      embedder: await open(files.embedder),
      ...(detector && { own: ownDetector(await open(detector.file), detector.size) }),
    };
    const analyser = createAnalyser(createPictureCodec(), networks, embedder, recipe);
    await serveFaces(port, analyser).closed;
  } catch (error) {
    port.postMessage({ kind: 'failed', id: 0, error: toPlain(error) } satisfies FromThread, []);
  }
  await life.close();
  port.close();
}

function ownDetector(network: Network, size: readonly [height: number, width: number]): OwnDetector {
  const [height, width] = size;
  return {
    size,
    async detect(pixels, minScore) {
      return readDetections(await network.run({ pixels: { data: pixels, dims: [1, height, width, 3] } }), minScore);
    },
  };
}

/** The far detector is the largest network, and a camera's shots never need it: it is opened by the first picture that does. */
function whenNeeded(open: () => Promise<Network>): Network {
  let opening: Promise<Network> | undefined;
  return {
    inputs: ['pixels'],
    outputs: ['boxes', 'scores'],
    async run(feeds) {
      opening ??= open();
      return (await opening).run(feeds);
    },
    // What was opened is owned, and closed, by the thread.
    close: () => Promise.resolve(),
  };
}
