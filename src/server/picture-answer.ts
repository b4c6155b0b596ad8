// A stored picture as an answer: its true type by its first bytes, kept by the caller's browser only, asked for each time.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PictureStore } from '../domain.ts';

/** The content's hash is the tag, so a picture that the caller has already costs no bytes; whether she may see it is checked anew. */
export async function answerPicture(
  request: FastifyRequest,
  reply: FastifyReply,
  pictures: PictureStore,
  id: string,
): Promise<FastifyReply> {
  const tag = `"${id}"`;
  void reply
    .header('cache-control', 'private, no-cache')
    .header('etag', tag)
    .header('cross-origin-resource-policy', 'same-origin')
    .header('content-security-policy', "default-src 'none'; sandbox; frame-ancestors 'none'");
  if (request.headers['if-none-match']?.split(/\s*,\s*/).includes(tag)) return reply.code(304).send();
  const bytes = await pictures.get(id);
  return reply.type(typeOf(bytes)).send(bytes instanceof Buffer ? bytes : Buffer.from(bytes));
}

export function typeOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 32)).toString('latin1');
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (text.startsWith('\x89PNG')) return 'image/png';
  if (text.startsWith('GIF8')) return 'image/gif';
  if (text.startsWith('BM')) return 'image/bmp';
  if (text.startsWith('RIFF') && text.startsWith('WEBP', 8)) return 'image/webp';
  if (text.startsWith('ftyp', 4) && text.includes('avi')) return 'image/avif';
  if (text.startsWith('II*\0') || text.startsWith('MM\0*')) return 'image/tiff';
  return 'application/octet-stream';
}
