// Shots as a camera would post them.

import { readSample } from '../src/demo.ts';
import type { Box } from '../src/domain.ts';
import type { System } from '../src/main.ts';

/** The faces of a sample photograph. */
export async function shotsOf({ engine, codec }: System): Promise<readonly Uint8Array[]> {
  const sample = await readSample();
  const raster = await codec.decode(sample);
  const { faces } = await engine.analyse(sample);
  return Promise.all(
    faces.map(({ box: [x, y, w, h] }) => {
      const box: Box = [x - w / 2, y - h / 2, w * 2, h * 2];
      return codec.encodeJpeg(raster, { box, maxSide: 400, quality: 90 });
    }),
  );
}

export interface Posted {
  readonly key: string;
  readonly id: string;
  readonly camera: string;
  readonly shot: Uint8Array;
}

export async function post(url: string, { key, id, camera, shot }: Posted): Promise<void> {
  const form = new FormData();
  form.append('image', new Blob([Buffer.from(shot)], { type: 'image/jpeg' }), 'shot.jpg');
  form.append('meta', JSON.stringify({ id, camera, capturedAt: new Date().toISOString() }));
  const answer = await fetch(`${url}/api/v1/detections`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: form,
  });
  if (answer.status !== 201) throw new Error(`posting was answered ${answer.status}: ${await answer.text()}`);
}
