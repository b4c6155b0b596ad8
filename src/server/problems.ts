// Errors as the API shows them: {error: {code, message}}. What is not meant for people is logged whole and shown as
// "Internal error".

import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { isKithError, KithError, messageOf } from '../errors.ts';
import type { Log } from '../log.ts';

const DISK_FULL = ['ENOSPC', 'EDQUOT', 'SQLITE_FULL', '53100'];

/** Fastify's own errors, in our words. */
const KNOWN: Readonly<Record<string, { status: number; message: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { status: 413, message: 'The body is too large.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    message:
      'The content type is not understood: send application/json, or multipart/form-data where a picture belongs to it.',
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: {
    status: 400,
    message: 'The body is empty although its type is application/json: send JSON.',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: { status: 400, message: 'The body is no valid JSON.' },
  FST_INVALID_JSON_FIELD_ERROR: {
    status: 400,
    message: 'A field of the form data is no valid JSON although its type says so.',
  },
  FST_ERR_MAX_PARAM_LENGTH: { status: 414, message: 'The address is too long: ids have at most 100 characters.' },
  FST_ERR_BAD_URL: { status: 400, message: 'The address cannot be decoded: percent-encode it.' },
  FST_PARTS_LIMIT: { status: 400, message: 'The form data has too many parts.' },
  FST_FILES_LIMIT: { status: 400, message: 'The form data has too many pictures.' },
  FST_FIELDS_LIMIT: { status: 400, message: 'The form data has too many fields.' },
  FST_PROTO_VIOLATION: { status: 400, message: 'The form data has a field with a forbidden name.' },
  FST_MP_PREMATURE_CLOSE: { status: 400, message: 'The form data ended too early: send it again.' },
};

export interface Problem {
  readonly status: number;
  readonly body: { readonly error: { readonly code: string; readonly message: string } };
}

export function problemOf(error: unknown): Problem {
  if (isKithError(error)) {
    const { status, body } = problem(error.status, error.code, error.message);
    return { status, body: { ...error.more, ...body } };
  }
  const { code, statusCode } = (typeof error === 'object' && error !== null ? error : {}) as Partial<FastifyError>;
  const known = KNOWN[code ?? ''];
  if (known) return problem(known.status, 'invalid', known.message);
  if (DISK_FULL.includes(code ?? '')) {
    const message = 'The disk of the server is full, so nothing was stored: free some space, then send it again.';
    return problem(507, 'unavailable', message);
  }
  // A body that is no JSON, an address that cannot be decoded and the like: Fastify's message is meant for the caller.
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    const sentence = error instanceof SyntaxError ? 'The body is no valid JSON.' : messageOf(error);
    return problem(statusCode, statusCode === 404 ? 'not_found' : 'invalid', sentence);
  }
  return problem(500, 'internal', 'Internal error');
}

export function problem(status: number, code: string, message: string): Problem {
  return { status, body: { error: { code, message } } };
}

export function answerError(log: Log) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const { status, body } = problemOf(error);
    // What is only not there yet is no fault of ours, and whoever asks again and again must not fill the log.
    const isSaid = isKithError(error) && error.code === 'unavailable' && error.cause === undefined;
    if (status >= 500 && !isSaid) {
      log.error({ err: error, method: request.method, route: request.routeOptions.url }, body.error.message);
    }
    if (status === 401) void reply.header('www-authenticate', 'Bearer realm="Kith"');
    const seconds = 'retryAfter' in body ? body.retryAfter : status === 429 ? 60 : 5;
    if (status === 429 || status === 503) void reply.header('retry-after', String(seconds));
    return reply.code(status).send(body);
  };
}

/** 404, or 405 where the address exists for other methods. */
export function answerUnknownRoute(methodsOf: (path: string) => readonly string[]) {
  return (request: FastifyRequest, reply: FastifyReply) => {
    const path = request.url.split('?')[0] ?? '/';
    const methods = methodsOf(path);
    // A file that is missing is, although its address may be asked for.
    if (methods.length > 0 && !methods.includes(request.method)) {
      const { status, body } = problem(
        405,
        'invalid',
        `${request.method} is not possible here, but ${methods.join(', ')}.`,
      );
      return reply.code(status).header('allow', methods.join(', ')).send(body);
    }
    const message = `There is nothing at ${request.method} ${path.slice(0, 200)}: see /docs for what there is.`;
    const { status, body } = problemOf(new KithError('not_found', message));
    return reply.code(status).send(body);
  };
}
