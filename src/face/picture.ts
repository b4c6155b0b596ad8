// Pictures in and out of files. The only file that imports sharp.

import sharp, { type Sharp } from 'sharp';
import type { Box, PictureCodec, PictureInfo, Raster } from '../domain.ts';
import { KithError } from '../errors.ts';
import { bmpHeader, readBmp } from './bmp.ts';
import { useBundledFont } from './fonts.ts';
import { formatOf, notPicture, type PictureFormat } from './format.ts';

export interface PictureLimits {
  /** Width × height from the header, checked before anything is decoded. */
  readonly maxPixels: number;
}

const LIMITS: PictureLimits = { maxPixels: 100e6 };

/** EXIF orientations from 5 on lie on their side. */
const FIRST_SIDEWAYS = 5;

export function createPictureCodec(limits: PictureLimits = LIMITS): PictureCodec {
  // The cache holds decoded pictures that nobody asks for twice. One thread a picture: the engine works on several
  // pictures at a time, and libvips' own threads would only take the cores from them.
  sharp.cache(false);
  sharp.concurrency(1);

  async function look(bytes: Uint8Array): Promise<PictureInfo> {
    const format = formatOf(bytes);
    const { width, height } = format === 'bmp' ? bmpHeader(bytes) : await readHeader(bytes, format);
    if (width * height > limits.maxPixels) {
      const megapixels = Math.round(limits.maxPixels / 1e6);
      throw new KithError(
        'invalid',
        `The picture is too large (${width} × ${height}): reduce it to ${megapixels} megapixels or less.`,
        { status: 413 },
      );
    }
    return { width, height, format };
  }

  return {
    async check(bytes) {
      const info = await look(bytes);
      // libjpeg has to read all of the file to find its end, but skips most of the arithmetic at an eighth of the size.
      await read(bytes, info, Math.max(1, Math.ceil(Math.max(info.width, info.height) / 8)));
      return info;
    },

    async decode(bytes, maxSide) {
      const info = await look(bytes);
      const raster = await read(bytes, info, maxSide);
      // The longer side has the smaller rounding error.
      return { ...raster, scale: Math.max(raster.width, raster.height) / Math.max(info.width, info.height) };
    },

    async encodeJpeg(raster, options = {}) {
      const { box, maxSide, quality = 90, overlay } = options;
      let picture = fromRaster(raster);
      if (box) picture = picture.extract(clampBox(box, raster));
      if (maxSide !== undefined) picture = resize(picture, maxSide);
      if (overlay !== undefined) useBundledFont();
      if (overlay !== undefined) picture = picture.composite([{ input: Buffer.from(overlay), left: 0, top: 0 }]);
      return picture.jpeg({ quality, chromaSubsampling: '4:4:4' }).toBuffer();
    },
  };
}

async function readHeader(bytes: Uint8Array, format: PictureFormat): Promise<{ width: number; height: number }> {
  try {
    const { width, height, orientation } = await open(bytes).metadata();
    return (orientation ?? 1) >= FIRST_SIDEWAYS ? { width: height, height: width } : { width, height };
  } catch (error) {
    throw unreadable(format, error);
  }
}

async function read(bytes: Uint8Array, info: PictureInfo, maxSide: number | undefined): Promise<Raster> {
  const reduced = maxSide !== undefined && Math.max(info.width, info.height) > maxSide;
  if (info.format === 'bmp') {
    const raster = readBmp(bytes);
    return reduced ? toRaster(resize(fromRaster(raster), maxSide)) : raster;
  }
  try {
    const picture = open(bytes).flatten({ background: '#ffffff' }).toColourspace('srgb');
    return await toRaster(reduced ? resize(picture, maxSide) : picture);
  } catch (error) {
    throw unreadable(info.format as PictureFormat, error);
  }
}

function open(bytes: Uint8Array): Sharp {
  // Limits are ours, from the header: libvips' own would answer with words that nobody understands.
  return sharp(bytes, { failOn: 'truncated', limitInputPixels: false, pages: 1, autoOrient: true });
}

function resize(picture: Sharp, maxSide: number): Sharp {
  return picture.resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true, kernel: 'cubic' });
}

async function toRaster(picture: Sharp): Promise<Raster> {
  const { data, info } = await picture.removeAlpha().raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels === 3) return { width, height, data };
  // A colour space without three channels after all: take the first for grey.
  const rgb = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < rgb.length; from += channels, to += 3) rgb.fill(data[from] ?? 0, to, to + 3);
  return { width, height, data: rgb };
}

function fromRaster({ width, height, data }: Raster): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false });
}

function clampBox(
  [x, y, w, h]: Box,
  { width, height }: Raster,
): {
  left: number;
  top: number;
  width: number;
  height: number;
} {
  const left = Math.min(Math.max(0, Math.floor(x)), width - 1);
  const top = Math.min(Math.max(0, Math.floor(y)), height - 1);
  const right = Math.min(width, Math.ceil(x + w));
  const bottom = Math.min(height, Math.ceil(y + h));
  return { left, top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) };
}

/** libvips words one and the same defect differently from run to run, so there is one sentence for all of them. */
function unreadable(format: PictureFormat, error: unknown): KithError {
  const name = format.toUpperCase();
  return notPicture(`The picture is damaged or cut off (${name}): send the whole file, or save it anew.`, error);
}
