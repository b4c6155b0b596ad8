// Microsoft Teams as the Bot Framework is documented (https://learn.microsoft.com/azure/bot-service/rest-api/): the token service, the
// connector, and signed activities.

import type { Answer, Call, Site } from './internet.test-kit.ts';
import { createTokenMaker } from './jwt.test-kit.ts';

export const APP_ID = '3f2a8c1e-7b54-4c7e-9a1d-2f6f1d0c8b11';
export const APP_PASSWORD = 'Abc8Q~secret-of-the-bot';
export const SERVICE_URL = 'https://smba.trafficmanager.net/teams';
export const CONVERSATION = '19:kith@thread.tacv2';
/** A card with all that is in it. */
const MOST_BYTES = 100_000;

export interface CardElement {
  readonly type: string;
  readonly text?: string;
  readonly url?: string;
}

export interface CardAction {
  readonly type: string;
  readonly title: string;
  readonly url?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface TeamsActivity {
  readonly method: string;
  readonly path: string;
  readonly body: readonly CardElement[];
  readonly actions: readonly CardAction[];
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface Teams {
  readonly sites: Readonly<Record<string, Site>>;
  /** What the bot has sent and changed. */
  readonly sent: TeamsActivity[];
  /** Tokens that the connector takes no more. */
  readonly revoked: Set<string>;
  /** A request of Teams to the bot. */
  request(url: string, activity: object, claims?: Readonly<Record<string, unknown>>): Request;
  /** The same by somebody else's key. */
  forged(url: string, activity: object): Request;
}

export function openTeamsSite(): Teams {
  const microsoft = createTokenMaker();
  const others = createTokenMaker();
  const sent: TeamsActivity[] = [];
  const revoked = new Set<string>();
  let ids = 1_700_000_000_000;

  function login({ method, path, headers, body }: Call): Answer {
    const [tenant = ''] = path.slice(1).split('/');
    if (path.includes('openid-configuration')) return { json: metadata(tenant) };
    if (path.includes('discovery/instance')) {
      return { json: { tenant_discovery_endpoint: metadata(tenant).openid, metadata: [] } };
    }
    if (method !== 'POST' || !path.includes('/oauth2/v2.0/token')) return { status: 404 };
    const form = new URLSearchParams(body.toString());
    if (!String(headers['content-type']).startsWith('application/x-www-form-urlencoded')) return { status: 400 };
    if (form.get('client_id') !== APP_ID || form.get('client_secret') !== APP_PASSWORD) {
      return {
        status: 401,
        json: { error: 'invalid_client', error_description: 'AADSTS7000215: Invalid client secret' },
      };
    }
    const claims = { aud: form.get('scope'), appid: APP_ID, serviceurl: SERVICE_URL, tid: tenant };
    return {
      json: { token_type: 'Bearer', expires_in: 3600, ext_expires_in: 3600, access_token: microsoft.sign(claims) },
    };
  }

  function connector({ method, path, headers, fields, body }: Call): Answer {
    const token = headers.authorization?.replace('Bearer ', '') ?? '';
    if (token === '' || revoked.has(token)) return problem(401, 'Unauthorized', 'Authorization has been denied');
    if (revoked.has('all')) return problem(401, 'Unauthorized', 'Authorization has been denied');
    if (method === 'GET' && path.includes('/members/')) {
      return {
        json: { id: decodeURIComponent(path.split('/').at(-1) ?? ''), name: 'Bob Bee', email: 'bob@example.org' },
      };
    }
    if (!/\/v3\/conversations\/[^/]+\/activities/.test(path)) return problem(404, 'NotFound', 'No such address');
    if (body.length > MOST_BYTES) return problem(413, 'MessageSizeTooBig', 'Message size too large');
    const attachments = (fields['attachments'] ?? []) as { contentType: string; content: Partial<TeamsActivity> }[];
    const card = attachments.find(({ contentType }) => contentType === 'application/vnd.microsoft.card.adaptive');
    sent.push({
      method,
      path: decodeURIComponent(path),
      fields,
      body: card?.content.body ?? [],
      actions: card?.content.actions ?? [],
    });
    return {
      status: method === 'POST' ? 201 : 200,
      json: { id: method === 'POST' ? String((ids += 1)) : path.split('/').at(-1) },
    };
  }

  return {
    sent,
    revoked,
    sites: {
      'login.microsoftonline.com': login,
      'login.botframework.com': ({ path }) =>
        path.endsWith('/keys')
          ? { json: microsoft.jwks }
          : { json: { jwks_uri: 'https://login.botframework.com/v1/.well-known/keys' } },
      'smba.trafficmanager.net': connector,
    },
    request: (url, activity, claims = {}) =>
      requestOf(url, activity, microsoft.sign({ ...claimsOf(activity), ...claims })),
    forged: (url, activity) => requestOf(url, activity, others.sign(claimsOf(activity))),
  };
}

const claimsOf = (activity: object) => ({
  iss: 'https://api.botframework.com',
  aud: APP_ID,
  serviceurl: (activity as { serviceUrl?: string }).serviceUrl,
});
const requestOf = (url: string, activity: object, token: string): Request =>
  new Request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(activity),
  });

function metadata(tenant: string) {
  const base = `https://login.microsoftonline.com/${tenant}`;
  return {
    openid: `${base}/v2.0/.well-known/openid-configuration`,
    issuer: `${base}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
  };
}

export function problem(status: number, code: string, message: string): Answer {
  return { status, json: { error: { code, message } } };
}

/** What all activities from Bob in the channel have; `thread`: the message under which he writes. */
export function activity(id: string, more: Readonly<Record<string, unknown>>, thread: string | null = null): object {
  return {
    id,
    channelId: 'msteams',
    serviceUrl: SERVICE_URL,
    timestamp: new Date().toISOString(),
    from: { id: '29:bob', name: 'Bob Bee', aadObjectId: 'aad-bob' },
    recipient: { id: `28:${APP_ID}`, name: 'Kith' },
    conversation: {
      id: thread === null ? CONVERSATION : `${CONVERSATION};messageid=${thread}`,
      isGroup: true,
      conversationType: 'channel',
      tenantId: 'tenant-1',
    },
    channelData: { tenant: { id: 'tenant-1' }, team: { id: '19:team' }, channel: { id: CONVERSATION } },
    ...more,
  };
}

export function said(id: string, text: string, thread: string | null = null): object {
  const mention = { type: 'mention', mentioned: { id: `28:${APP_ID}`, name: 'Kith' }, text: '<at>Kith</at>' };
  return activity(
    id,
    { type: 'message', text: `<at>Kith</at> ${text}`, textFormat: 'plain', entities: [mention] },
    thread,
  );
}
