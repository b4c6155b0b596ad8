// What a file really is, by its first bytes: the name and the declared type of an upload prove nothing.

import { KithError } from '../errors.ts';

export type PictureFormat = 'jpeg' | 'png' | 'webp' | 'avif' | 'gif' | 'tiff' | 'bmp';

/** Formats that people do send, with what to do instead. */
const REFUSED: readonly (readonly [test: (bytes: Uint8Array) => boolean, message: string])[] = [
  [(b) => text(b, 0, 5) === '%PDF-', 'This is a PDF document, not a picture: send the page as JPEG or PNG.'],
  [isSvg, 'This is an SVG drawing: send photos, as JPEG or PNG.'],
  [isHeic, 'This is a HEIC picture, which cannot be read here: send it as JPEG.'],
];

/** Throws KithError `invalid` with status 415 where the bytes are no picture that can be read. */
export function formatOf(bytes: Uint8Array): PictureFormat {
  if (bytes.length === 0) throw notPicture('The picture is empty (0 bytes): send the whole file.');
  if (starts(bytes, [0xff, 0xd8, 0xff])) return 'jpeg';
  if (starts(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'png';
  if (text(bytes, 0, 4) === 'RIFF' && text(bytes, 8, 4) === 'WEBP') return 'webp';
  if (text(bytes, 0, 4) === 'GIF8') return 'gif';
  if (starts(bytes, [0x49, 0x49, 0x2a, 0]) || starts(bytes, [0x4d, 0x4d, 0, 0x2a])) return 'tiff';
  if (text(bytes, 0, 2) === 'BM' && bytes.length >= 26) return 'bmp';
  if (brandsOf(bytes).some((brand) => brand === 'avif' || brand === 'avis')) return 'avif';
  for (const [test, message] of REFUSED) if (test(bytes)) throw notPicture(message);
  throw notPicture('This is not a picture: send JPEG, PNG, WebP, AVIF, GIF, TIFF or BMP.');
}

export function notPicture(message: string, cause?: unknown): KithError {
  return new KithError('invalid', message, { status: 415, cause });
}

function starts(bytes: Uint8Array, magic: readonly number[]): boolean {
  return bytes.length >= magic.length && magic.every((byte, i) => bytes[i] === byte);
}

function text(bytes: Uint8Array, from: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(from, from + length));
}

/** The brands of an ISO base media file (`ftyp` box), or none. */
function brandsOf(bytes: Uint8Array): readonly string[] {
  if (text(bytes, 4, 4) !== 'ftyp') return [];
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0);
  const end = Math.min(length, bytes.length, 256);
  const brands = [text(bytes, 8, 4)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(text(bytes, at, 4));
  return brands;
}

function isHeic(bytes: Uint8Array): boolean {
  return brandsOf(bytes).some((brand) => /^(heic|heix|hevc|heim|heis|mif1|msf1)$/.test(brand));
}

function isSvg(bytes: Uint8Array): boolean {
  return /<svg[\s>]/i.test(text(bytes, 0, 1024));
}
