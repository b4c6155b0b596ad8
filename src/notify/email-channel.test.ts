// Mail through a real SMTP server: the picture inside, a repeat that is the same mail, answers in the thread, and what servers refuse.

import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { test, type TestContext } from 'node:test';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { CERTIFICATE, KEY } from '../certificate.test-kit.ts';
import type { EmailSettings } from '../channel-email.ts';
import { ChannelError, type Message } from '../channel-port.ts';
import { KithError } from '../errors.ts';
import { openEmail } from './email-channel.ts';
import { channelRow, testMessageOf } from './message.test-kit.ts';

const SIGNAL = new AbortController().signal;

async function mailbox(t: TestContext, options: SMTPServerOptions = {}) {
  const mails: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        mails.push(Buffer.concat(parts).toString());
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  t.after(() => new Promise<void>((closed) => server.close(closed)));
  return { mails, port: (server.server.address() as AddressInfo).port };
}

function open(port: number, more: Partial<EmailSettings> = {}) {
  const settings = {
    host: '127.0.0.1',
    port,
    security: 'none',
    trustAnyCertificate: false,
    from: 'Kith <kith@example.org>',
    to: ['Eva <eva@example.org>', 'bob@example.org'],
    pictures: 4,
    ...more,
  };
  return openEmail(channelRow('email', settings));
}

/** With a title that tries to get into the header. */
function message(more: Partial<Message> = {}): Message {
  return testMessageOf({ title: 'Unknown 17 at the front door\r\nBcc: all@example.org', ...more });
}

test('a mail has the picture inside, in text and HTML, and nothing of a message gets into its header', async (t) => {
  const { mails, port } = await mailbox(t);
  const channel = await open(port);
  await channel.send(message(), SIGNAL);
  const [mail = ''] = mails;
  const header = mail.slice(0, mail.indexOf('\r\n\r\n'));
  assert.match(header, /^Message-ID: <delivery-1@example\.org>$/m);
  assert.match(header, /^To: Eva <eva@example\.org>, bob@example\.org$/m);
  assert.match(header, /^Auto-Submitted: auto-generated$/m);
  assert.doesNotMatch(header, /^Bcc:/im);
  assert.match(mail, /Content-Id: <face-1-delivery-1>/i);
  assert.ok(mail.includes(Buffer.from('\xff\xd8\xffpicture of somebody', 'latin1').toString('base64')));
  assert.doesNotMatch(mail, /<script>alert\(1\)<\/script>[^\n]*<\/p>/);
  assert.match(mail.replaceAll('=\r\n', ''), /cid:face-1-delivery-1/);
  await channel.close();
});

test('what became of it is told in the same thread, once', async (t) => {
  const { mails, port } = await mailbox(t);
  const channel = await open(port, { pictures: 0 });
  let receipt = await channel.send(message({ title: 'A stranger' }), SIGNAL);
  receipt = await channel.edit?.(receipt, message(), SIGNAL);
  assert.equal(mails.length, 1, 'nothing has happened yet');
  receipt = await channel.edit?.(receipt, message({ outcomes: ['Eva: this is Ada'] }), SIGNAL);
  await channel.edit?.(receipt, message({ outcomes: ['Eva: this is Ada'] }), SIGNAL);
  assert.equal(mails.length, 2);
  assert.match(mails[1] ?? '', /^In-Reply-To: <delivery-1@example\.org>$/m);
  assert.match(mails[1] ?? '', /^Subject: Re: A stranger$/m);
  assert.match(mails[1] ?? '', /Eva: this is Ada/);
  assert.doesNotMatch(mails[0] ?? '', /image\/jpeg/);
  await channel.close();
});

test('a picture that was erased meanwhile holds nothing up', async (t) => {
  const { mails, port } = await mailbox(t);
  const channel = await open(port);
  const gone = message();
  const [sighting] = gone.sightings;
  assert.ok(sighting);
  const erased = { ...sighting, picture: () => Promise.reject(new KithError('not_found', 'gone')) };
  await channel.send({ ...gone, sightings: [erased] }, SIGNAL);
  assert.match(mails[0] ?? '', /a stranger/);
  await channel.close();
});

/** What an attempt to send fails with. */
async function failure(port: number, more: Partial<EmailSettings> = {}): Promise<ChannelError> {
  const channel = await open(port, more);
  try {
    await channel.send(message(), SIGNAL);
  } catch (error) {
    assert.ok(error instanceof ChannelError, String(error));
    return error;
  } finally {
    await channel.close();
  }
  throw new Error('It was sent.');
}

test('what the server refuses is said in its words; only what may pass is tried again', async (t) => {
  const busy = await mailbox(t, {
    onRcptTo: (_address, _session, done) => done(Object.assign(new Error('try later'), { responseCode: 451 })),
  });
  const later = await failure(busy.port);
  assert.deepEqual([later.retry, /451 try later/.test(later.message)], [true, true]);

  const unknown = await mailbox(t, {
    onRcptTo: (_address, _session, done) => done(Object.assign(new Error('no such mailbox'), { responseCode: 550 })),
  });
  const never = await failure(unknown.port);
  assert.deepEqual([never.retry, /550 no such mailbox/.test(never.message)], [false, true]);

  const locked = await mailbox(t, {
    allowInsecureAuth: true,
    onAuth: (_auth, _session, done) => done(new Error('Invalid username or password')),
  });
  const wrong = await failure(locked.port, { user: 'kith', password: 'secret-password' });
  assert.match(wrong.message, /refuses user and password/);
  assert.ok(!wrong.retry && !wrong.message.includes('secret-password'));

  const clear = await failure(busy.port, { security: 'starttls' });
  assert.match(clear.message, /encryption|STARTTLS/i);
});

test('with STARTTLS all goes over TLS; a certificate that nobody vouches for is refused before the login', async (t) => {
  let logins = 0;
  const secured: (boolean | undefined)[] = [];
  const { mails, port } = await mailbox(t, {
    key: KEY,
    cert: CERTIFICATE,
    disabledCommands: [],
    onAuth({ username, password }, session, done) {
      logins += 1;
      secured.push(session.secure);
      if (username === 'kith' && password === 'secret-password') done(null, { user: username });
      else done(new Error('Invalid username or password'));
    },
  });
  const login = { security: 'starttls', user: 'kith', password: 'secret-password' } as const;
  const refused = await failure(port, login);
  assert.match(
    refused.message,
    /certificate that cannot be trusted \(self-signed certificate\).*"trustAnyCertificate"/,
  );
  assert.deepEqual([refused.retry, logins, mails.length], [true, 0, 0]);

  const channel = await open(port, { ...login, trustAnyCertificate: true });
  await channel.send(message(), SIGNAL);
  await channel.close();
  assert.deepEqual([secured, mails.length], [[true], 1]);
});

test('a server that is not there is tried again', async () => {
  const none = createServer();
  await new Promise<void>((ready) => none.listen(0, '127.0.0.1', ready));
  const { port } = none.address() as AddressInfo;
  await new Promise<void>((closed) => none.close(() => closed()));
  const gone = await failure(port);
  assert.deepEqual([gone.retry, /cannot be reached/.test(gone.message)], [true, true]);
});
