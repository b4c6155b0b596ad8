// Google Chat as its interface is documented (https://developers.google.com/workspace/chat): tokens of a service account, messages with
// cards, and signed events of a Chat app that is a Workspace add-on, or is none.

import type { Answer, Call, Site } from './internet.test-kit.ts';
import { createTokenMaker } from './jwt.test-kit.ts';

export const SPACE = 'spaces/AAAAkith';
export const PROJECT = '123456789012';
const CHAT_ACCOUNT = 'chat@system.gserviceaccount.com';
const ADD_ON_ACCOUNT = `service-${PROJECT}@gcp-sa-gsuiteaddons.iam.gserviceaccount.com`;
const CLIENT = 'kith@project.iam.gserviceaccount.com';
const TOKEN = 'ya29.of-the-service-account';

export interface Widget {
  readonly textParagraph?: { text: string };
  readonly image?: { imageUrl: string; altText: string };
  readonly buttonList?: { buttons: Button[] };
}

export interface Button {
  readonly text: string;
  readonly onClick: {
    readonly action?: { function: string; parameters: { key: string; value: string }[] };
    readonly openLink?: { url: string };
  };
}

export interface SentMessage {
  readonly method: string;
  readonly path: string;
  readonly title: string;
  readonly widgets: readonly Widget[];
  readonly buttons: readonly Button[];
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface GoogleChat {
  readonly sites: Readonly<Record<string, Site>>;
  readonly sent: SentMessage[];
  /** The JSON key of the service account. */
  readonly credentials: string;
  /** An event with the token of the add-on; `claims` in place of its own. */
  request(url: string, event: object, claims?: Readonly<Record<string, unknown>>): Request;
  /** The same for a Chat app that says "Project number" as its audience. */
  projectRequest(url: string, event: object, project?: string): Request;
  forged(url: string, event: object): Request;
}

export function openGoogleChatSite(): GoogleChat {
  const google = createTokenMaker('google-1');
  const chat = createTokenMaker('chat-1');
  const others = createTokenMaker('google-1');
  const own = createTokenMaker('own');
  const sent: SentMessage[] = [];
  let ids = 0;

  function token({ body }: Call): Answer {
    const assertion = new URLSearchParams(body.toString()).get('assertion') ?? '';
    const [, claims = ''] = assertion.split('.');
    const { iss } = JSON.parse(Buffer.from(claims, 'base64url').toString() || '{}') as { iss?: string };
    if (iss !== CLIENT || !own.verifies(assertion)) {
      return { status: 400, json: { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' } };
    }
    return { json: { access_token: TOKEN, expires_in: 3599, token_type: 'Bearer' } };
  }

  function api({ method, path, headers, fields }: Call): Answer {
    if (headers.authorization !== `Bearer ${TOKEN}`) return refused(401, 'UNAUTHENTICATED', 'Invalid credentials');
    const address = new URL(path, 'https://chat.googleapis.com').pathname;
    if (method === 'GET' && address.startsWith('/v1/media/')) return { body: Buffer.from([0xff, 0xd8, 0xff, 9]) };
    if (!/^\/v1\/spaces\/\w+\/messages/.test(address)) return refused(404, 'NOT_FOUND', 'No such address');
    const [card] = (fields['cardsV2'] ?? []) as {
      card: { header?: { title: string }; sections: { widgets: Widget[] }[] };
    }[];
    const widgets = card?.card.sections.flatMap((section) => section.widgets) ?? [];
    const buttons = widgets.flatMap(({ buttonList }) => buttonList?.buttons ?? []);
    sent.push({ method, path, title: card?.card.header?.title ?? '', widgets, buttons, fields });
    if (method !== 'POST') return { json: { name: address.replace('/v1/', '') } };
    const { name: thread = `${SPACE}/threads/T${(ids += 1)}` } = (fields['thread'] ?? {}) as { name?: string };
    return { json: { name: `${SPACE}/messages/M${ids}.${ids}`, thread: { name: thread }, space: { name: SPACE } } };
  }

  return {
    sent,
    credentials: JSON.stringify({ type: 'service_account', client_email: CLIENT, private_key: own.privatePem }),
    sites: {
      'oauth2.googleapis.com': token,
      'www.googleapis.com': (call) =>
        call.path.includes('/service_accounts/v1/metadata/x509/')
          ? { json: { 'chat-1': chat.publicPem } }
          : call.path.includes('/oauth2/v1/certs')
            ? { json: { 'google-1': google.publicPem } }
            : token(call),
      'chat.googleapis.com': api,
    },
    request: (url, event, claims = {}) => requestOf(url, event, google.sign({ ...ofAddOn(url), ...claims })),
    projectRequest: (url, event, project = PROJECT) =>
      requestOf(url, event, chat.sign({ iss: CHAT_ACCOUNT, aud: project })),
    forged: (url, event) => requestOf(url, event, others.sign(ofAddOn(url))),
  };
}

const requestOf = (url: string, event: object, bearer: string): Request =>
  new Request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
    body: JSON.stringify(event),
  });
const ofAddOn = (url: string) => ({
  iss: 'https://accounts.google.com',
  aud: url,
  email: ADD_ON_ACCOUNT,
  email_verified: true,
});

export function refused(code: number, status: string, message: string): Answer {
  return { status: code, json: { error: { code, status, message } } };
}

const BOB = { name: 'users/77', displayName: 'Bob Bee', type: 'HUMAN' };
const IN_SPACE = { name: SPACE, type: 'ROOM', spaceType: 'SPACE' };

/** Somebody has pressed a button of this message. */
export function pressed(at: string, { onClick: { action } }: Button, message: string, thread: string): object {
  const parameters = Object.fromEntries((action?.parameters ?? []).map(({ key, value }) => [key, value]));
  return {
    commonEventObject: { hostApp: 'CHAT', invokedFunction: action?.function, parameters },
    chat: {
      eventTime: at,
      user: BOB,
      buttonClickedPayload: { space: IN_SPACE, message: { name: message, thread: { name: thread } } },
    },
  };
}

export function messageIn(id: string, text: string, thread = `${SPACE}/threads/new-${id}`): object {
  return {
    name: `${SPACE}/messages/${id}`,
    sender: BOB,
    createTime: '2026-01-31T12:00:00Z',
    text: `@Kith ${text}`,
    argumentText: ` ${text}`,
    thread: { name: thread },
    space: IN_SPACE,
    annotations: [
      { type: 'USER_MENTION', userMention: { user: { name: 'users/bot', type: 'BOT', displayName: 'Kith' } } },
    ],
  };
}

/** Somebody has said something to the bot. */
export function said(id: string, text: string, thread?: string): object {
  const message = messageIn(id, text, thread);
  return { chat: { eventTime: `2026-01-31T12:00:00.${id}Z`, user: BOB, messagePayload: { space: IN_SPACE, message } } };
}

/** The same as a Chat app hears it that is no add-on. */
export function saidPlain(id: string, text: string): object {
  return {
    type: 'MESSAGE',
    eventTime: `2026-01-31T12:00:00.${id}Z`,
    user: BOB,
    space: IN_SPACE,
    message: messageIn(id, text),
  };
}

export function pressedPlain(at: string, { onClick: { action } }: Button, message: string, thread: string): object {
  const parameters = Object.fromEntries((action?.parameters ?? []).map(({ key, value }) => [key, value]));
  return {
    type: 'CARD_CLICKED',
    eventTime: at,
    user: BOB,
    space: IN_SPACE,
    message: { name: message, thread: { name: thread } },
    action: { actionMethodName: action?.function, parameters: action?.parameters },
    common: { hostApp: 'CHAT', invokedFunction: action?.function, parameters },
  };
}
