// Answers that do not end by themselves: event streams and live pictures.

import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';

export const EVENTS = 'text/event-stream; charset=utf-8';
export const PICTURES = 'multipart/x-mixed-replace; boundary=frame';

/** Sends the head; from now on the response belongs to the caller. */
export function beginStream(reply: FastifyReply, contentType: string): ServerResponse {
  reply.hijack();
  reply.raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': contentType,
    'cache-control': 'no-cache, no-store, no-transform',
    'x-accel-buffering': 'no',
  });
  return reply.raw;
}
