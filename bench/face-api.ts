// What a user would otherwise pick: face-api.js on its WASM backend, with SSD MobileNet v1, 68 landmarks and the same
// dlib descriptor, run in this process so that both see the same machine.

import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';

interface Disposable {
  dispose(): void;
}

interface FaceApi {
  readonly tf: {
    setBackend(name: string): Promise<boolean>;
    ready(): Promise<void>;
    tensor3d(data: Uint8Array, shape: readonly [number, number, number], dtype: 'int32'): Disposable;
  };
  readonly nets: Record<
    'ssdMobilenetv1' | 'faceLandmark68Net' | 'faceRecognitionNet',
    { loadFromDisk(folder: string): Promise<void> }
  >;
  detectSingleFace(input: Disposable): {
    withFaceLandmarks(): { withFaceDescriptor(): PromiseLike<{ descriptor: Float32Array } | undefined> };
  };
  computeFaceDescriptor(input: Disposable): Promise<Float32Array>;
}

export interface Baseline {
  /** Descriptor of an aligned face; RGB, 150×150. */
  describe(pixels: Uint8Array): Promise<Float32Array>;
  /** Detector, landmarks and descriptor on a decoded RGB photo; null where it finds no face. */
  recognise(pixels: Uint8Array, width: number, height: number): Promise<Float32Array | null>;
}

export async function openBaseline(): Promise<Baseline> {
  const require = createRequire(import.meta.url);
  const wasm = require('@tensorflow/tfjs-backend-wasm') as { setWasmPaths(folder: string): void };
  wasm.setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep);
  const api = require('@vladmandic/face-api/dist/face-api.node-wasm.js') as FaceApi;
  await api.tf.setBackend('wasm');
  await api.tf.ready();
  const models = join(dirname(require.resolve('@vladmandic/face-api/package.json')), 'model');
  for (const net of [api.nets.ssdMobilenetv1, api.nets.faceLandmark68Net, api.nets.faceRecognitionNet]) {
    await net.loadFromDisk(models);
  }

  async function using<T>(
    pixels: Uint8Array,
    width: number,
    height: number,
    work: (input: Disposable) => PromiseLike<T>,
  ): Promise<T> {
    const input = api.tf.tensor3d(pixels, [height, width, 3], 'int32');
    try {
      return await work(input);
    } finally {
      input.dispose();
    }
  }

  return {
    describe: (pixels) => using(pixels, 150, 150, (input) => api.computeFaceDescriptor(input)),
    recognise: async (pixels, width, height) => {
      const face = await using(pixels, width, height, (input) =>
        api.detectSingleFace(input).withFaceLandmarks().withFaceDescriptor(),
      );
      return face?.descriptor ?? null;
    },
  };
}
