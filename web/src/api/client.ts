// The API's client: typed by the OpenAPI document, with errors that people can read.

import createClient, { type Middleware } from 'openapi-fetch';
import type { components, paths } from './schema.d.ts';

export type Schemas = components['schemas'];

export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** 0: no answer at all. */
  readonly status: number;
  readonly code: string;
  /** What stands beside `error` in the answer. */
  readonly more: Readonly<Record<string, unknown>>;

  constructor(status: number, code: string, message: string, more: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.more = more;
  }
}

/** Hears of every answer: 401 means that the session has ended, 0 that nobody answered. */
type StatusListener = (status: number) => void;
const listeners = new Set<StatusListener>();

export function onStatus(listener: StatusListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function tellStatus(status: number): void {
  for (const listener of listeners) listener(status);
}

/** A form of another site cannot send this header, so a request that has it comes from the panel (against CSRF). */
export const PANEL_HEADER = { 'x-kith': 'panel' } as const;

const panel: Middleware = {
  onRequest({ request }) {
    for (const [name, value] of Object.entries(PANEL_HEADER)) request.headers.set(name, value);
  },
  onResponse({ response }) {
    tellStatus(response.status);
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === 'AbortError') return;
    tellStatus(0);
  },
};

export const api = createClient<paths>({ baseUrl: '/' });
api.use(panel);

/** The data of an answer. Throws ApiError with the server's own words. */
export async function dataOf<T>(answer: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let got: Awaited<typeof answer>;
  try {
    got = await answer;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, 'away', 'Kith does not answer.');
  }
  if (!got.response.ok) throw errorOf(got.response.status, got.error);
  return got.data as T;
}

function errorOf(status: number, body: unknown): ApiError {
  if (typeof body === 'object' && body !== null && 'error' in body) {
    const { error, ...more } = body as Schemas['Problem'] & Record<string, unknown>;
    return new ApiError(status, error.code, error.message, more);
  }
  return new ApiError(status, 'internal', `HTTP ${status}`);
}

/** Form data, which the typed client does not make: pictures with their fields. The body's type is the caller's to name. */
export async function postForm<T>(path: string, form: FormData, signal?: AbortSignal): Promise<T> {
  const answer = fetch(path, { method: 'POST', body: form, headers: PANEL_HEADER, ...(signal && { signal }) }).then(
    async (response) => {
      tellStatus(response.status);
      const body: unknown = await response.json().catch(() => undefined);
      return response.ok ? { data: body as T, response } : { error: body, response };
    },
    (error: unknown) => {
      if (!(error instanceof DOMException)) tellStatus(0);
      throw error;
    },
  );
  return dataOf(answer);
}
