// The descriptor of an aligned face, and a photo with one face → person, beside face-api.js on WASM.

import type { Face } from '../src/domain.ts';
import { distanceOf } from '../src/distance.ts';
import { readSample } from '../src/demo.ts';
import { createCentroids } from '../src/gallery/centroids.ts';
import type { Log } from '../src/log.ts';
import { openCodec, openDescriptor, openEngine } from '../src/engine.ts';
import { readConfig } from '../src/config.ts';
import type { BenchRow } from './run.ts';
import type { Baseline } from './face-api.ts';
import { medianMs } from './median.ts';
import { randomTemplates } from './random.ts';

const PERSONS = 10_000;
const PHOTOS_EACH = 5;

export async function* measurePictures(rounds: number, baseline: Baseline, log: Log): AsyncGenerator<BenchRow> {
  const config = readConfig({ overrides: { threads: 1 } });
  const engine = await openEngine(config, log);
  const codec = openCodec();
  const descriptor = await openDescriptor(config);
  try {
    const photo = await portrait(engine);
    const { faces } = await engine.analyse(photo, { chip: true, template: true });
    const chip = faces[0]?.chip;
    if (!chip) throw new Error('no face was found in the sample photograph');
    const own = await medianMs(rounds, () => descriptor.describe([chip.data]));
    const theirs = await medianMs(rounds, () => baseline.describe(chip.data));
    const [vector] = await descriptor.describe([chip.data]);
    const difference = Math.max(
      ...(await baseline.describe(chip.data)).map((value, i) => Math.abs(value - (vector?.[i] ?? 0))),
    );
    yield {
      name: `descriptor of an aligned face (largest difference ${difference.toExponential(1)})`,
      value: own,
      unit: 'ms',
      baseline: theirs,
      ratioAtLeast: 6,
    };
    const eight = Array.from({ length: 8 }, () => chip.data);
    const batch = await medianMs(rounds, () => descriptor.describe(eight));
    yield { name: 'descriptor, a batch of 8, each', value: batch / 8, unit: 'ms', baseline: theirs };

    const gallery = createCentroids(engine.embedder);
    const random = randomTemplates(PERSONS * PHOTOS_EACH, engine.embedder.dimensions);
    for (const [i, vectorOfRow] of random.entries()) {
      gallery.put({
        referenceId: `r${i}`,
        personId: `p${Math.floor(i / PHOTOS_EACH)}`,
        kind: 'known',
        vector: vectorOfRow,
      });
    }
    const whole = await medianMs(rounds, async () => {
      const found = await engine.analyse(photo, { template: true });
      const template = found.faces[0]?.template;
      if (template) gallery.search(template, 2);
    });
    const decoded = await codec.decode(photo);
    const flat = random.slice(0, PERSONS * PHOTOS_EACH);
    const baselineWhole = await medianMs(Math.min(rounds, 7), async () => {
      const raster = await codec.decode(photo);
      const template = await baseline.recognise(raster.data, raster.width, raster.height);
      if (template) nearestByLoop(flat, template);
    });
    yield {
      name: `250 px photo → person, gallery of ${PERSONS} × ${PHOTOS_EACH} (${decoded.width}×${decoded.height} JPEG)`,
      value: whole,
      unit: 'ms',
      baseline: baselineWhole,
      ratioAtLeast: 15,
      atMost: 15,
    };
  } finally {
    await descriptor.close();
    await engine.close();
  }

  /** One face of a sample photograph as a 250 px JPEG, framed like the photos of LFW. */
  async function portrait(finder: typeof engine): Promise<Uint8Array> {
    const sample = await readSample();
    const { faces } = await finder.analyse(sample);
    const face: Face | undefined = faces[0];
    if (!face) throw new Error('no face was found in the sample photograph');
    const [x, y, w, h] = face.box;
    const side = Math.max(w, h) * 2.2;
    const raster = await codec.decode(sample);
    return codec.encodeJpeg(raster, {
      box: [x + w / 2 - side / 2, y + h / 2 - side / 2, side, side],
      maxSide: 250,
      quality: 90,
    });
  }
}

/** What face-api.js' FaceMatcher does: the distance to every descriptor, the smallest wins. */
function nearestByLoop(templates: readonly Float32Array[], probe: Float32Array): number {
  let best = Infinity;
  for (const template of templates) best = Math.min(best, distanceOf('euclidean', template, probe));
  return best;
}
