import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { KithError } from '../errors.ts';
import { createPictureCodec } from './picture.ts';

const require = createRequire(import.meta.url);
const photo = join(dirname(require.resolve('@vladmandic/face-api/package.json')), 'demo', 'sample1.jpg');
const codec = createPictureCodec();

/** Left half red, right half blue, the top row of blocks white: tells turned, mirrored and discoloured pictures. */
function pattern(width = 96, height = 64): Buffer {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 3) {
      const colour = y < height / 4 ? [255, 255, 255] : x < width / 2 ? [220, 30, 30] : [30, 30, 220];
      data.set(colour, at);
    }
  }
  return data;
}

function patternPicture() {
  return sharp(pattern(), { raw: { width: 96, height: 64, channels: 3 } });
}

function assertColour(
  { data, width }: { data: Uint8Array; width: number },
  [x, y]: readonly [number, number],
  colour: readonly number[],
  tolerance = 40,
): void {
  const at = (y * width + x) * 3;
  const found = [...data.subarray(at, at + 3)];
  const near = found.every((value, i) => Math.abs(value - (colour[i] ?? 0)) <= tolerance);
  assert.ok(near, `${found.join(',')} at ${x},${y} should be about ${colour.join(',')}`);
}

async function refusal(bytes: Uint8Array): Promise<KithError> {
  const errors = await Promise.all(
    [codec.check(bytes), codec.decode(bytes)].map((reading) =>
      reading.then(
        () => assert.fail('was read'),
        (error: unknown) => error,
      ),
    ),
  );
  for (const error of errors) assert.ok(error instanceof KithError && error.code === 'invalid', String(error));
  assert.equal(String(errors[0]), String(errors[1]));
  return errors[0] as KithError;
}

/** A PNG of which only the header is true. */
function hollowPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const chunks = [
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.alloc(100))),
    pngChunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), ...chunks]);
}

function pngChunk(type: string, body: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(body.length, 0);
  frame.writeUInt32BE(crc32(content), 4);
  return Buffer.concat([frame.subarray(0, 4), content, frame.subarray(4)]);
}

function bmp(bits: 8 | 24 | 32, topDown: boolean): Buffer {
  const [width, height] = [96, 64];
  const source = pattern(width, height);
  const stride = Math.ceil((width * bits) / 32) * 4;
  const colours = bits === 8 ? 3 : 0;
  const offset = 54 + colours * 4;
  const file = Buffer.alloc(offset + stride * height);
  file.write('BM', 0, 'latin1');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(offset, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(topDown ? -height : height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(bits, 28);
  file.writeUInt32LE(colours, 46);
  if (bits === 8) file.set([30, 30, 220, 0, 220, 30, 30, 0, 255, 255, 255, 0], 54);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [r = 0, g = 0, b = 0] = source.subarray((y * width + x) * 3);
      const to = offset + (topDown ? y : height - 1 - y) * stride + (x * bits) / 8;
      if (bits === 8) file[to] = g === 255 ? 2 : r > b ? 0 : 1;
      else file.set([b, g, r], to);
    }
  }
  return file;
}

for (const format of ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const) {
  test(`reads ${format}`, async () => {
    const bytes = await patternPicture().toFormat(format).toBuffer();
    assert.deepEqual(await codec.check(bytes), { width: 96, height: 64, format });
    const raster = await codec.decode(bytes);
    assert.equal(raster.data.length, 96 * 64 * 3);
    assert.equal(raster.scale, 1);
    assertColour(raster, [10, 50], [220, 30, 30]);
    assertColour(raster, [80, 50], [30, 30, 220]);
    assertColour(raster, [10, 4], [255, 255, 255]);
  });
}

for (const bits of [8, 24, 32] as const) {
  test(`reads BMP of ${bits} bits, from the top and from the bottom`, async () => {
    for (const topDown of [false, true]) {
      const bytes = bmp(bits, topDown);
      assert.deepEqual(await codec.check(bytes), { width: 96, height: 64, format: 'bmp' });
      assert.deepEqual(Buffer.from((await codec.decode(bytes)).data), pattern());
      const small = await codec.decode(bytes, 48);
      assert.deepEqual([small.width, small.height, small.scale], [48, 32, 0.5]);
    }
  });
}

test('turns pictures upright by their EXIF orientation', async () => {
  // The stored pixels of an upright 96 × 64 picture for each orientation.
  const stored = {
    3: patternPicture().rotate(180),
    6: patternPicture().rotate(270),
    8: patternPicture().rotate(90),
    2: patternPicture().flop(),
  };
  for (const [orientation, picture] of Object.entries(stored)) {
    const turned = await picture.png().toBuffer();
    const bytes = await sharp(turned)
      .withMetadata({ orientation: Number(orientation) })
      .jpeg({ quality: 95 })
      .toBuffer();
    assert.deepEqual(await codec.check(bytes), { width: 96, height: 64, format: 'jpeg' });
    const raster = await codec.decode(bytes);
    assertColour(raster, [10, 50], [220, 30, 30]);
    assertColour(raster, [80, 50], [30, 30, 220]);
    assertColour(raster, [10, 4], [255, 255, 255]);
    assert.equal((await codec.decode(bytes, 48)).width, 48);
  }
});

test('reads CMYK, 16 bit, grey and transparent pictures as RGB', async () => {
  const cmyk = await codec.decode(await patternPicture().toColourspace('cmyk').jpeg().toBuffer());
  assertColour(cmyk, [10, 50], [220, 30, 30], 60);
  assertColour(cmyk, [80, 50], [30, 30, 220], 90);
  const deep = await patternPicture().toColourspace('rgb16').png().toBuffer();
  assert.equal((await sharp(deep).metadata()).depth, 'ushort');
  assertColour(await codec.decode(deep), [10, 50], [220, 30, 30], 3);
  const grey = await patternPicture().toColourspace('b-w').png().toBuffer();
  assert.equal((await sharp(grey).metadata()).channels, 1);
  assertColour(await codec.decode(grey), [10, 4], [255, 255, 255], 3);
  const greyDeep = await patternPicture().toColourspace('grey16').png().toBuffer();
  assertColour(await codec.decode(greyDeep), [10, 4], [255, 255, 255], 3);
  const clear = await sharp({
    create: { width: 8, height: 8, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
  })
    .png()
    .toBuffer();
  assertColour(await codec.decode(clear), [4, 4], [255, 255, 255], 1);
});

test('reads the first frame of an animation', async () => {
  const red = sharp({ create: { width: 32, height: 32, channels: 3, background: '#ff0000' } });
  const blue = sharp({ create: { width: 32, height: 32, channels: 3, background: '#0000ff' } });
  const frames = await Promise.all([red.png().toBuffer(), blue.png().toBuffer()]);
  const bytes = await sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer();
  assert.equal((await sharp(bytes).metadata()).pages, 2);
  const raster = await codec.decode(bytes);
  assert.deepEqual([raster.width, raster.height], [32, 32]);
  assertColour(raster, [5, 5], [255, 0, 0]);
});

test('refuses what is no picture, and says why', async () => {
  const cases: readonly (readonly [Uint8Array, RegExp])[] = [
    [Buffer.alloc(0), /empty/],
    [Buffer.from('This is a text that somebody has named photo.jpg.'), /not a picture/],
    [Buffer.from('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), /SVG/],
    [Buffer.from('%PDF-1.7\n1 0 obj <<>> endobj'), /PDF/],
    [Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), /HEIC/],
    [Buffer.from([0xff, 0xd8, 0xff]), /JPEG/],
  ];
  for (const [bytes, message] of cases) {
    const error = await refusal(bytes);
    assert.equal(error.status, 415);
    assert.match(error.message, message);
  }
});

test('refuses pictures that are cut off, in every format', async () => {
  const original = sharp(photo).resize(400);
  for (const format of ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const) {
    const bytes = await original.clone().toFormat(format).toBuffer();
    await codec.check(bytes);
    for (const part of [0.1, 0.6, 0.95]) {
      const error = await refusal(bytes.subarray(0, Math.floor(bytes.length * part)));
      assert.equal(error.status, 415, format);
      assert.match(error.message, /cut off/, format);
    }
  }
  assert.match((await refusal(bmp(24, false).subarray(0, 5000))).message, /cut off/);
});

test('refuses a picture of 900 megapixels by its header, without taking memory for it', async () => {
  const bomb = hollowPng(30_000, 30_000);
  const before = process.memoryUsage().rss;
  const error = await refusal(bomb);
  assert.equal(error.status, 413);
  assert.match(error.message, /30000 × 30000/);
  assert.ok(process.memoryUsage().rss - before < 100e6);
  const flat = bmp(24, false);
  flat.writeInt32LE(30_000, 18);
  flat.writeInt32LE(30_000, 22);
  assert.equal((await refusal(flat)).status, 413);
});

test('reduces a 50-megapixel photo while decoding', async () => {
  const [width, height] = [8660, 5774];
  const bytes = await sharp({ create: { width, height, channels: 3, background: '#884422' } })
    .jpeg()
    .toBuffer();
  assert.deepEqual(await codec.check(bytes), { width, height, format: 'jpeg' });
  const raster = await codec.decode(bytes, 1024);
  assert.deepEqual([raster.width, raster.height], [1024, 683]);
  assert.ok(Math.abs(raster.scale - 1024 / width) < 1e-6);
  assertColour(raster, [500, 300], [0x88, 0x44, 0x22], 4);
});

test('a picture smaller than the longest side is left as it is', async () => {
  const raster = await codec.decode(await readFile(photo), 4096);
  assert.deepEqual([raster.width, raster.height, raster.scale], [1920, 1280, 1]);
});

test('cuts a box out and writes it as JPEG', async () => {
  const raster = { width: 96, height: 64, data: pattern() };
  const right = await codec.decode(await codec.encodeJpeg(raster, { box: [60.2, 20, 100, 100] }));
  assert.deepEqual([right.width, right.height], [36, 44]);
  assertColour(right, [20, 20], [30, 30, 220]);
  const small = await codec.decode(await codec.encodeJpeg(raster, { maxSide: 48 }));
  assert.deepEqual([small.width, small.height], [48, 32]);
  const outside = await codec.decode(await codec.encodeJpeg(raster, { box: [-50, -50, 20, 20] }));
  assert.deepEqual([outside.width, outside.height], [1, 1]);
});

test('draws an SVG over what is encoded', async () => {
  const raster = { width: 96, height: 64, data: pattern() };
  const overlay =
    '<svg xmlns="http://www.w3.org/2000/svg" width="48" height="32"><rect x="24" width="24" height="32" fill="#0f0"/></svg>';
  const drawn = await codec.decode(await codec.encodeJpeg(raster, { maxSide: 48, overlay }));
  assert.deepEqual([drawn.width, drawn.height], [48, 32]);
  assertColour(drawn, [36, 20], [0, 255, 0]);
  assertColour(drawn, [12, 20], [220, 30, 30]);
});

test('text is drawn, also on a machine without any font', async () => {
  // Where this machine has fonts, the drawing below says little: the bundled one has to be where the configuration says.
  const conf = await readFile(new URL('fonts.conf', import.meta.url), 'utf8');
  const folder = /<dir prefix="relative">([^<]+)<\/dir>/.exec(conf)?.[1] ?? '';
  assert.ok((await readFile(new URL(`${folder}/DejaVuSans.ttf`, import.meta.url))).length > 500_000);

  const program = `
    const { createPictureCodec } = await import(${JSON.stringify(new URL('picture.ts', import.meta.url).href)});
    const codec = createPictureCodec();
    const raster = { width: 200, height: 40, data: new Uint8Array(200 * 40 * 3) };
    const overlay = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="40"><text x="4" y="30" font-size="28" fill="#fff">Anna Ω</text></svg>';
    const { data } = await codec.decode(await codec.encodeJpeg(raster, { overlay }));
    process.stdout.write(String(data.filter((value) => value > 200).length));`;
  const { FONTCONFIG_FILE: _file, ...env } = process.env;
  // An empty system configuration: only what comes with the packages is left.
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    env: { ...env, FONTCONFIG_PATH: '/nonexistent', FONTCONFIG_SYSROOT: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  await once(child, 'close');
  assert.ok(Number(text) > 500, `${text} bright values`);
});
