// The six errors that people and programs may see, with their HTTP and exit status. Everything else is internal: logged
// whole, shown as "Internal error".

export type ErrorCode = 'invalid' | 'not_found' | 'conflict' | 'unauthorized' | 'forbidden' | 'unavailable';

export const HTTP_STATUS: Readonly<Record<ErrorCode, number>> = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  unavailable: 503,
};

export interface ErrorDetails {
  readonly cause?: unknown;
  /** A more exact status than the table's, for example 413 or 415. */
  readonly status?: number;
  /** Stands beside `error` in the API's answer, for programs. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** The message says what, why and what to do, in one line. */
export class KithError extends Error {
  override readonly name = 'KithError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly more: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status ?? HTTP_STATUS[code];
    this.more = details.more ?? {};
  }
}

export function isKithError(error: unknown): error is KithError {
  return error instanceof KithError;
}

/** Narrow message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
