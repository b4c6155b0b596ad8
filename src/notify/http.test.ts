// Calling out by HTTP, against servers on this machine.

import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, describe, it } from 'node:test';
import { ChannelError } from '../channel-port.ts';
import { openHttp, type Http, type HttpCall, type HttpOptions } from './http.ts';
import { answerError, retryAfterMs } from './http-words.ts';
import { isPrivateAddress } from './private-addresses.ts';

const servers: Server[] = [];
after(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function using(options: Partial<HttpOptions>, work: (http: Http) => Promise<void>): Promise<void> {
  const http = openHttp({ allowPrivate: true, ...options });
  try {
    await work(http);
  } finally {
    await http.close();
  }
}

/** Of all private addresses 127.0.0.1 stands for the Internet. */
const OUTSIDE: Partial<HttpOptions> = {
  allowPrivate: false,
  isPrivate: (address) => address !== '127.0.0.1' && isPrivateAddress(address),
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

const fails = (words: RegExp, retry: boolean) => (error: unknown) =>
  error instanceof ChannelError && words.test(error.message) && error.retry === retry;

const answer = (status: number, after: string | null = null, text = '') => ({ status, text, header: () => after });

const post = (url: string, more: Partial<HttpCall> = {}): HttpCall => ({ method: 'POST', url, body: 'hello', ...more });

/** What is made of an answer: words, whether to try again, and when. */
function words(...of: Parameters<typeof answer>) {
  const { message, retry, afterMs } = answerError('The receiver', answer(...of), 1_000_000);
  return [message, retry, afterMs];
}

describe('private addresses', () => {
  it('are those of this machine, of own networks, and those that stand for one', () => {
    const isPrivate = `0.0.0.0 10.1.2.3 100.64.0.1 100.127.255.255 127.0.0.1 127.8.8.8 169.254.169.254 172.16.0.1
      172.31.255.255 192.168.1.1 198.18.0.1 224.0.0.1 255.255.255.255 :: ::1 fc00::1 fdff::1 fe80::1
      fe80::1%eth0 fec0::1 ff02::1 2001:db8::1 ::ffff:127.0.0.1 ::ffff:a00:1 0:0:0:0:0:ffff:c0a8:0101
      ::127.0.0.1 64:ff9b::7f00:1 64:ff9b::10.0.0.1 64:ff9b::1 2002:7f00:1:: 2001:0:7f00:1:: nonsense`;
    for (const address of ['', ...isPrivate.split(/\s+/)]) assert.equal(isPrivateAddress(address), true, address);
    const isPublic = `1.1.1.1 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 223.255.255.255
      2606:4700::1111 2a00:1450:4001::8a ::ffff:1.1.1.1 64:ff9b::8.8.8.8`;
    for (const address of isPublic.split(/\s+/)) assert.equal(isPrivateAddress(address), false, address);
  });

  it('are refused however they are written, and by name at the moment of the connection', async () => {
    let asked = 0;
    const port = await serve((_request, response) => {
      asked += 1;
      response.end('inside');
    });
    const names: Record<string, string> = { 'inner.test': '127.0.0.1', 'mapped.test': '::ffff:127.0.0.1' };
    const resolve = async (name: string) => {
      const address = names[name] ?? '';
      return [{ address, family: address.includes(':') ? 6 : 4 }];
    };
    await using({ allowPrivate: false, resolve }, async (http) => {
      const hosts = `127.0.0.1 127.1 2130706433 0x7f.0.0.1 0177.0.0.1 [::1] [::ffff:127.0.0.1] [::]
        0.0.0.0 0 inner.test mapped.test INNER.test. ①②⑦.0.0.1`;
      for (const host of hosts.split(/\s+/)) {
        names[host.toLowerCase()] = '127.0.0.1';
        await assert.rejects(
          http.call(post(`http://${host}:${port}/`)),
          fails(/own network, which is refused/, false),
          host,
        );
      }
    });
    assert.equal(asked, 0);
    await using({ resolve }, async (http) => {
      assert.equal((await http.call(post(`http://inner.test:${port}/`))).text, 'inside');
    });
  });

  it('are refused although the name meant a public one before', async () => {
    const port = await serve((_request, response) => response.writeHead(200, { connection: 'close' }).end('outside'));
    let asked = 0;
    const resolve = async () => [{ address: (asked += 1) === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }];
    await using({ ...OUTSIDE, resolve }, async (http) => {
      assert.equal((await http.call(post(`http://rebinding.test:${port}/`))).text, 'outside');
      await assert.rejects(http.call(post(`http://rebinding.test:${port}/`)), fails(/is refused/, false));
      assert.equal(asked, 2);
    });
  });
});

describe('redirects', () => {
  it('to a private address are refused, by number and by name', async () => {
    let inside = 0;
    const secret = await serve((_request, response) => {
      inside += 1;
      response.end('metadata');
    });
    const port = await serve((request, response) =>
      response
        .writeHead(307, { location: `http://${request.url === '/name' ? 'inner.test' : '[::1]'}:${secret}/` })
        .end(),
    );
    const elsewhere = [{ address: '127.0.0.3', family: 4 }];
    await using({ ...OUTSIDE, resolve: async () => elsewhere }, async (http) => {
      for (const path of ['/number', '/name']) {
        await assert.rejects(http.call(post(`http://127.0.0.1:${port}${path}`)), fails(/which is refused/, false));
      }
    });
    assert.equal(inside, 0);
  });

  it('take the message along, and the login only to the same server', async () => {
    const seen: (string | undefined)[] = [];
    const listener: RequestListener = (request, response) => {
      void bodyOf(request).then((body) => {
        const { authorization, 'x-id': id } = request.headers;
        seen.push(`${request.method} ${request.url} ${String(authorization)} ${String(id)} ${body}`);
        const target = { '/a': '/b', '/b': `http://127.0.0.1:${other}/c` }[request.url ?? ''];
        return target === undefined ? response.end('here') : response.writeHead(308, { location: target }).end();
      });
    };
    const other = await serve(listener);
    const port = await serve(listener);
    await using({}, async (http) => {
      const credentials = { authorization: 'Bearer x' };
      const answer = await http.call(post(`http://127.0.0.1:${port}/a`, { credentials, headers: { 'x-id': '7' } }));
      assert.equal(answer.text, 'here');
    });
    assert.deepEqual(seen, ['POST /a Bearer x 7 hello', 'POST /b Bearer x 7 hello', 'POST /c undefined 7 hello']);
  });

  it('that would lose the message, go round in circles or lead elsewhere than the web are errors', async () => {
    const port = await serve((request, response) => {
      const [, status, location] = /^\/(\d+)\/(.*)$/.exec(request.url ?? '') ?? [];
      response.writeHead(Number(status), { location: decodeURIComponent(location ?? '') }).end();
    });
    await using({}, async (http) => {
      const to = (status: number, location: string) =>
        http.call(post(`http://127.0.0.1:${port}/${status}/${encodeURIComponent(location)}`));
      await assert.rejects(to(302, '/elsewhere'), fails(/has moved: write the new address/, false));
      await assert.rejects(to(307, '/307/.'), fails(/more than 3 times/, false));
      await assert.rejects(to(307, 'file:///etc/passwd'), fails(/not one of http/, false));
      await assert.rejects(http.call(post('ftp://127.0.0.1/')), fails(/not one of http/, false));
    });
  });
});

describe('a call', () => {
  it('ends after its time, whether nothing comes or the answer never ends', async () => {
    const port = await serve((request, response) => {
      if (request.url === '/drip') response.write('a');
    });
    await using({ timeoutMs: 100 }, async (http) => {
      for (const path of ['/', '/drip']) {
        await assert.rejects(
          http.call(post(`http://127.0.0.1:${port}${path}`)),
          fails(/did not answer within 0.1 s/, true),
        );
      }
    });
  });

  it('reads so much of an answer and no more', async () => {
    const port = await serve((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(1000)));
        response.once('drain', more);
      };
      more();
    });
    await using({ maxBytes: 2500 }, async (http) => {
      const answer = await http.call({ method: 'GET', url: `http://127.0.0.1:${port}/` });
      assert.deepEqual([answer.status, answer.text], [200, 'x'.repeat(2500)]);
    });
  });

  it('says in words what went wrong', async () => {
    const port = await serve((request) => request.socket.destroy());
    await using(
      { resolve: async () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' })) },
      async (http) => {
        await assert.rejects(http.call(post('http://127.0.0.1:1/')), fails(/127.0.0.1:1 refuses the connection/, true));
        await assert.rejects(http.call(post(`http://127.0.0.1:${port}/`)), fails(/broke the connection off/, true));
        await assert.rejects(http.call(post(`https://127.0.0.1:${port}/`)), fails(/./, true));
        await assert.rejects(http.call(post('http://nowhere.test/')), fails(/not known to the name server/, true));
        const signal = AbortSignal.abort();
        await assert.rejects(http.call(post(`http://127.0.0.1:${port}/`, { signal })), ChannelError);
      },
    );
  });

  it('knows from the answer whether to try again, and when', () => {
    assert.deepEqual(words(429, '7', ' slow\n down '), ['The receiver answers 429: slow down', true, 7000]);
    assert.deepEqual(words(503, new Date(1_060_000).toUTCString()), ['The receiver answers 503', true, 60_000]);
    assert.deepEqual(words(404, '7', 'x'.repeat(300)), [
      `The receiver answers 404: ${'x'.repeat(200)} …`,
      false,
      undefined,
    ]);
    assert.equal(retryAfterMs('soon', 0), undefined);
    assert.equal(retryAfterMs('99999999999', 0), 86_400_000);
    assert.equal(retryAfterMs(new Date(0).toUTCString(), 5000), 0);
  });
});
