// Slack as its Web API, Events API and Socket Mode are documented (https://docs.slack.dev).

import { createHmac } from 'node:crypto';
import type { Answer, Call, Site } from './internet.test-kit.ts';

export const SLACK_TOKEN = 'xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzqqgy';
export const SIGNING_SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
export const SLACK_CHANNEL = 'C0KITH';
const BOT_USER = 'U0BOT';

export interface Slack {
  readonly sites: Readonly<Record<string, Site>>;
  /** Calls of these methods, with JSON where Slack wants JSON in a field. */
  readonly called: SlackCall[];
}

export interface SlackCall {
  readonly method: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly blocks: readonly Block[];
}

export interface Block {
  readonly type: string;
  readonly text?: { type: string; text: string };
  readonly elements?: readonly {
    type: string;
    action_id: string;
    value?: string;
    url?: string;
    text: { text: string };
  }[];
}

/** `socketUrl`: where Socket Mode connects to. */
export function openSlackSite(socketUrl = 'ws://127.0.0.1:1'): Slack {
  const called: SlackCall[] = [];
  let ts = 1_700_000_000;

  const answers: Readonly<Record<string, (fields: Call['fields']) => object>> = {
    'auth.test': () => ({ user_id: BOT_USER, bot_id: 'B0BOT', user: 'kith' }),
    'chat.postMessage': ({ channel }) => ({ channel, ts: `${(ts += 1)}.000100` }),
    'chat.update': ({ channel, ts: at }) => ({ channel, ts: at }),
    'chat.postEphemeral': () => ({ message_ts: `${(ts += 1)}.000200` }),
    'views.open': () => ({ view: { id: 'V1' } }),
    'users.info': ({ user }) => ({ user: { id: user, name: 'bob', real_name: 'Bob Bee', profile: {} } }),
    'files.getUploadURLExternal': () => ({ upload_url: 'https://files.slack.com/upload/v1/ABC', file_id: 'F1' }),
    'files.completeUploadExternal': () => ({ files: [{ id: 'F1' }] }),
    'apps.connections.open': () => ({ url: socketUrl }),
  };

  function call({ path, headers, fields }: Call): Answer {
    const method = path.replace('/api/', '');
    const blocks = typeof fields['blocks'] === 'string' ? (JSON.parse(fields['blocks']) as Block[]) : [];
    called.push({ method, fields, blocks });
    const wrong = checkBlocks(blocks);
    if (wrong !== null) return no(wrong);
    const key = headers.authorization ?? `Bearer ${String(fields['token'])}`;
    if (![`Bearer ${SLACK_TOKEN}`, 'Bearer xapp-1'].includes(key)) return no('invalid_auth');
    const answer = answers[method];
    return answer ? { json: { ok: true, ...answer(fields) } } : no('unknown_method');
  }

  return {
    called,
    sites: {
      'slack.com': call,
      'files.slack.com': () => ({ body: Buffer.from('OK'), headers: { 'content-type': 'text/plain' } }),
    },
  };
}

export function no(error: string): Answer {
  return { json: { ok: false, error } };
}

/** What Slack refuses. */
function checkBlocks(blocks: readonly Block[]): string | null {
  for (const { type, text, elements = [] } of blocks) {
    if (type === 'header' && (text?.text.length ?? 0) > 150) return 'invalid_blocks';
    if (type === 'section' && !(text && text.text.length > 0 && text.text.length <= 3000)) return 'invalid_blocks';
    if (type !== 'actions') continue;
    if (elements.length > 25 || elements.some((element) => element.text.text.length > 75)) return 'invalid_blocks';
  }
  const ids = blocks.flatMap(({ elements = [] }) => elements.map(({ action_id: id }) => id));
  return new Set(ids).size === ids.length ? null : 'invalid_blocks';
}

/** A request of Slack's. */
export function slackRequest(
  url: string,
  body: string,
  { secret = SIGNING_SECRET, at = Date.now(), type = 'application/json' } = {},
): Request {
  const timestamp = String(Math.floor(at / 1000));
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
  const headers = { 'content-type': type, 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature };
  return new Request(url, { method: 'POST', headers, body });
}

export function slackForm(url: string, fields: Readonly<Record<string, string>>): Request {
  return slackRequest(url, new URLSearchParams(fields).toString(), { type: 'application/x-www-form-urlencoded' });
}

const BOB = { id: 'U77', username: 'bob', name: 'bob', team_id: 'T1' };

export function blockAction(value: string, actionId: string, ts: string, trigger: string): object {
  return {
    type: 'block_actions',
    trigger_id: trigger,
    user: BOB,
    channel: { id: SLACK_CHANNEL },
    message: { ts },
    container: { type: 'message', message_ts: ts, channel_id: SLACK_CHANNEL },
    actions: [{ type: 'button', action_id: actionId, value }],
  };
}

export function viewSubmission(view: { callback_id: string; private_metadata?: string }, name: string): object {
  const values = { block: { name: { type: 'plain_text_input', value: name } } };
  return { type: 'view_submission', trigger_id: 't', user: BOB, view: { id: 'V1', ...view, state: { values } } };
}

export function event(id: string, more: Readonly<Record<string, unknown>>): object {
  return {
    type: 'event_callback',
    team_id: 'T1',
    event_id: id,
    event: { type: 'message', channel: SLACK_CHANNEL, channel_type: 'channel', user: 'U77', ...more },
  };
}
