// What a messenger has against a message, in words, and whether trying again may help.

import { ChannelError } from '../channel-port.ts';
import { messageOf } from '../errors.ts';
import { HIDDEN } from '../secrets.ts';

const MOST_TEXT = 300;
const DEEPEST = 5;

/** Slack answers 200 and says in the body what is wrong. */
const SLACK_AUTH = /^(?:invalid_auth|not_authed|token_revoked|token_expired|account_inactive|org_login_required)$/;
const SLACK_RIGHTS = /^(?:missing_scope|no_permission|not_allowed_token_type|restricted_action.*|ekm_access_denied)$/;
const SLACK_PLACE = /^(?:channel_not_found|not_in_channel|is_archived|message_not_found|thread_not_found)$/;
const SLACK_LATER = /^(?:ratelimited|internal_error|fatal_error|service_unavailable|request_timeout)$/;

interface Facts {
  status: number | null;
  afterS: number | null;
  isRate: boolean;
  /** The chat library's word, or Slack's. */
  code: string;
  said: string;
}

/** `name` as in "Slack"; what stands in `secrets` stands in no message. */
export function failureOf(error: unknown, name: string, secrets: readonly string[]): ChannelError {
  if (error instanceof ChannelError) return error;
  const facts = factsOf(error);
  const said = shortened(hide(facts.said, secrets));
  const cause = { cause: error };
  if (isRate(facts)) {
    const after = facts.afterS === null ? {} : { afterMs: Math.ceil(facts.afterS * 1000) };
    return new ChannelError(`${name} wants fewer messages for a while: it is tried again.`, {
      retry: true,
      ...after,
      ...cause,
    });
  }
  const { status, code } = facts;
  if (status === 401 || code === 'AUTH_FAILED' || SLACK_AUTH.test(code)) {
    const message = `${name} does not accept the key (${said}): make a new one there and put it into the settings of the channel.`;
    return new ChannelError(message, { retry: false, ...cause });
  }
  if (status === 403 || code === 'PERMISSION_DENIED' || SLACK_RIGHTS.test(code)) {
    const message = `${name} does not let the bot do this (${said}): give it the right there, and see that it is a member of the chat.`;
    return new ChannelError(message, { retry: false, ...cause });
  }
  if (status === 404 || code === 'NOT_FOUND' || SLACK_PLACE.test(code)) {
    const message = `${name} does not know this chat or message (${said}): look at the settings of the channel, and add the bot to the chat.`;
    return new ChannelError(message, { retry: false, ...cause });
  }
  const isRefused =
    code === 'VALIDATION_ERROR' ||
    (status !== null && status >= 400 && status < 500 && status !== 408) ||
    (isSlackWord(error) && !SLACK_LATER.test(code));
  if (isRefused) return new ChannelError(`${name} refused the message: ${said}`, { retry: false, ...cause });
  return new ChannelError(`${name} could not be reached or did not take the message: ${said}`, {
    retry: true,
    ...cause,
  });
}

function isRate({ status, isRate, code }: Facts): boolean {
  return isRate || status === 429 || code === 'ratelimited';
}

function isSlackWord(error: unknown): boolean {
  return fieldOf(error, 'code') === 'slack_webapi_platform_error';
}

/** Errors are wrapped, each library's in its own way. */
function factsOf(error: unknown): Facts {
  const facts: Facts = { status: null, afterS: null, isRate: false, code: '', said: messageOf(error) };
  let current: unknown = error;
  for (let depth = 0; depth < DEEPEST && typeof current === 'object' && current !== null; depth++) {
    const code = fieldOf(current, 'code');
    if (typeof code === 'string' && facts.code === '') facts.code = code;
    if (code === 'RATE_LIMITED' || code === 'slack_webapi_rate_limited_error') facts.isRate = true;
    const slack = fieldOf(fieldOf(current, 'data'), 'error');
    if (typeof slack === 'string') facts.code = slack;
    for (const key of ['statusCode', 'status', 'code']) facts.status ??= httpStatus(fieldOf(current, key));
    facts.status ??= httpStatus(fieldOf(fieldOf(current, 'response'), 'status'));
    const message = current instanceof Error ? current.message : '';
    facts.status ??= httpStatus(Number(/(?:error|message|status):? (\d{3})\b/.exec(message)?.[1]));
    facts.afterS ??= seconds(fieldOf(current, 'retryAfter'));
    facts.afterS ??= seconds(Number(/"retry_after": ?([\d.]+)/.exec(message)?.[1]));
    facts.afterS ??= seconds(Number(headerOf(current, 'retry-after')));
    const inner = fieldOf(current, 'originalError') ?? fieldOf(current, 'original') ?? fieldOf(current, 'cause');
    if (inner instanceof Error && !facts.said.includes(inner.message)) facts.said += `: ${inner.message}`;
    current = inner;
  }
  return facts;
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function headerOf(error: unknown, name: string): unknown {
  const headers = fieldOf(fieldOf(error, 'response'), 'headers');
  // Libraries bring their own: they look alike and are of different classes.
  const { get } = (headers ?? {}) as { get?: unknown };
  return typeof get === 'function' ? ((headers as Headers).get(name) ?? undefined) : fieldOf(headers, name);
}

function httpStatus(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 100 && value < 600 ? value : null;
}

function seconds(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null;
}

function hide(text: string, secrets: readonly string[]): string {
  let out = text;
  for (const secret of secrets) if (secret !== '') out = out.replaceAll(secret, HIDDEN);
  return out;
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= MOST_TEXT ? line : `${line.slice(0, MOST_TEXT - 1).toWellFormed()}…`;
}
