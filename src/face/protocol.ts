// What the engine and its threads say to each other. Plain data only: errors cross as their parts.

import type { Raster } from '../domain.ts';
import type { EmbedderInfo } from '../model-port.ts';
import type { AnalyseOptions, Analysis } from '../face-port.ts';
import { isKithError, KithError, messageOf, type ErrorCode } from '../errors.ts';

export type ToThread =
  | {
      readonly kind: 'job';
      readonly id: number;
      readonly picture: Uint8Array | Raster;
      readonly options: AnalyseOptions;
    }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'close' };

export type FromThread =
  | { readonly kind: 'ready'; readonly embedder: EmbedderInfo }
  | { readonly kind: 'done'; readonly id: number; readonly analysis: Analysis }
  | { readonly kind: 'failed'; readonly id: number; readonly error: PlainError };

export interface PlainError {
  /** Null: an internal error. */
  readonly code: ErrorCode | null;
  readonly status: number;
  readonly message: string;
}

export function toPlain(error: unknown): PlainError {
  return isKithError(error)
    ? { code: error.code, status: error.status, message: error.message }
    : { code: null, status: 500, message: messageOf(error) };
}

export function fromPlain({ code, status, message }: PlainError): Error {
  return code === null ? new Error(message) : new KithError(code, message, { status });
}
