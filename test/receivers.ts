// Who is told, on loopback: a web server that keeps what it is called with, and a mailbox behind a real mail server.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

interface Context {
  after(fn: () => void | Promise<void>): void;
}

/** One call, with what a webhook of Kith says. */
export interface Call {
  readonly url: string;
  /** `webhook-id` */
  readonly id: string;
  readonly body: {
    readonly type: string;
    readonly title: string;
    readonly alert: { readonly id: string };
    readonly sightings: readonly {
      readonly person: { readonly id: string; readonly name: string } | null;
      readonly picture: string;
    }[];
    readonly outcomes: readonly string[];
  };
}

export async function openReceiver(t: Context): Promise<{ readonly calls: Call[]; readonly url: string }> {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { url = '', headers } = request;
      const body = JSON.parse(Buffer.concat(parts).toString() || '{}') as Call['body'];
      calls.push({ url, id: String(headers['webhook-id']), body });
      response.end();
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  t.after(() => new Promise<void>((closed) => void server.close(() => closed())));
  return { calls, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

export async function openMailbox(t: Context): Promise<{ readonly mails: string[]; readonly port: number }> {
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
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  t.after(() => new Promise<void>((closed) => server.close(closed)));
  return { mails, port: (server.server.address() as AddressInfo).port };
}
