// An RTSP camera for tests: the protocol from the npm package rtsp-server, the pictures from a clip. Knows TCP and UDP, Basic and
// Digest, TLS with a certificate of its own as cameras have it, and how to misbehave.

import { createHash, randomBytes } from 'node:crypto';
import { createSocket, type Socket as Udp } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createTcp, type AddressInfo, type Socket } from 'node:net';
import { Duplex, Transform } from 'node:stream';
import { createServer as createTls } from 'node:tls';
import { createServer as createProtocol, type RtspRequest, type RtspResponse } from 'rtsp-server';
import { CERTIFICATE, KEY } from '../certificate.test-kit.ts';
import { rtpClip, type RtpClip } from './rtp.test-kit.ts';

export interface RtspServerOptions {
  readonly clip: string;
  readonly user?: string;
  readonly password?: string;
  readonly auth?: 'basic' | 'digest';
  readonly loop?: boolean;
  readonly tls?: boolean;
  /** silent: takes the connection and says nothing. mute: plays, but sends no picture. garbage: answers bytes without sense. */
  readonly misbehaves?: 'silent' | 'mute' | 'garbage';
  /** Hangs up after so many frames, in the middle of the next one. */
  readonly dropAfter?: number;
}

export interface RtspServer {
  readonly port: number;
  /** Without user and password. */
  readonly url: string;
  /** What clients asked, in order: "SETUP rtsp://…". */
  readonly requests: readonly string[];
  /** How pictures were sent. */
  readonly transports: ReadonlySet<'tcp' | 'udp'>;
  /** Clients that are connected. */
  readonly connections: () => number;
  /** Hangs up on everybody; new clients are welcome. */
  drop(): void;
}

const REALM = 'camera';
const SESSION = '12345678';

export async function startRtspServer(
  t: { after(fn: () => void): void },
  options: RtspServerOptions,
): Promise<RtspServer> {
  const clip = await rtpClip(options.clip);
  const requests: string[] = [];
  const transports = new Set<'tcp' | 'udp'>();
  const sockets = new Set<Socket>();
  const players = new WeakMap<Duplex, Player>();
  const nonce = randomBytes(8).toString('hex');

  const protocol = createProtocol((request, response) => {
    requests.push(`${request.method} ${request.uri}`);
    answer(request, response).catch(() => request.socket.destroy());
  });
  protocol.on('error', () => undefined);

  async function answer(request: RtspRequest, response: RtspResponse): Promise<void> {
    const { socket } = request;
    response.setHeader('Session', SESSION);
    if (request.method !== 'OPTIONS' && !welcome(request, options, nonce)) {
      const digest = `Digest realm="${REALM}", nonce="${nonce}"`;
      response.setHeader('WWW-Authenticate', options.auth === 'basic' ? `Basic realm="${REALM}"` : digest);
      response.statusCode = 401;
    } else if (request.method === 'OPTIONS') {
      response.setHeader('Public', 'OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER');
    } else if (request.method === 'DESCRIBE') {
      response.setHeader('Content-Base', `${request.uri}/`);
      response.setHeader('Content-Type', 'application/sdp');
      response.setHeader('Content-Length', String(Buffer.byteLength(clip.sdp)));
      response.end(clip.sdp);
      return;
    } else if (request.method === 'SETUP') {
      const player = await createPlayer(request.headers['transport'] ?? '', socket, clip, options);
      players.set(socket, player);
      socket.once('close', player.stop);
      transports.add(player.transport);
      response.setHeader('Transport', player.header);
    } else if (request.method === 'PLAY') {
      const player = players.get(socket);
      if (options.misbehaves !== 'mute') response.once('finish', () => setTimeout(() => player?.play(), 20));
    } else if (request.method === 'TEARDOWN') {
      players.get(socket)?.stop();
    } else if (request.method !== 'GET_PARAMETER') {
      response.statusCode = 501;
    }
    response.end();
  }

  function welcomeSocket(socket: Socket): void {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    if (options.misbehaves === 'silent') return;
    if (options.misbehaves === 'garbage') {
      socket.once('data', () => socket.write(randomBytes(200_000)));
      return;
    }
    // The package does not know the client's own interleaved packets (reports about reception).
    const words = socket.pipe(withoutInterleaved());
    const both = Duplex.from({ readable: words, writable: socket });
    both.on('error', () => undefined);
    socket.on('close', () => both.destroy());
    protocol.emit('connection', both);
  }

  const server = options.tls ? createTls({ key: KEY, cert: CERTIFICATE }, welcomeSocket) : createTcp(welcomeSocket);
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  t.after(() => {
    drop();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const url = `${options.tls ? 'rtsps' : 'rtsp'}://127.0.0.1:${port}/stream`;
  return { port, url, requests, transports, connections: () => sockets.size, drop };
}

interface Player {
  readonly transport: 'tcp' | 'udp';
  readonly header: string;
  play(): void;
  readonly stop: () => void;
}

async function createPlayer(
  wanted: string,
  socket: Duplex,
  clip: RtpClip,
  options: RtspServerOptions,
): Promise<Player> {
  const ports = /client_port=(\d+)/.exec(wanted)?.[1];
  const udp = ports === undefined ? null : await openUdp();
  let timer: NodeJS.Timeout | undefined;
  let open = true;
  let sequence = 0;
  let played = 0;
  let round = 0;

  function send(packet: Buffer): void {
    const own = Buffer.from(packet);
    own.writeUInt16BE(sequence++ & 0xffff, 2);
    own.writeUInt32BE((packet.readUInt32BE(4) + Math.round(round * clip.seconds * 90_000)) >>> 0, 4);
    if (udp) {
      udp.send(own, Number(ports), '127.0.0.1', () => undefined);
      return;
    }
    const head = Buffer.from([0x24, 0, own.length >> 8, own.length & 0xff]);
    socket.write(Buffer.concat([head, own]));
  }

  function next(start: number): void {
    const frame = clip.frames[played % clip.frames.length];
    if (!frame || (played >= clip.frames.length && !options.loop)) return;
    round = Math.floor(played / clip.frames.length);
    const wait = start + (round * clip.seconds + frame.at) * 1_000 - performance.now();
    timer = setTimeout(
      () => {
        if (!open) return;
        if (options.dropAfter === played) {
          const half = frame.packets[0];
          if (half) socket.write(Buffer.from([0x24, 0, half.length >> 8, half.length & 0xff, 0x80, 96]));
          socket.destroy();
          return;
        }
        for (const packet of frame.packets) send(packet);
        played++;
        next(start);
      },
      Math.max(0, wait),
    );
  }

  return {
    transport: udp ? 'udp' : 'tcp',
    header: udp
      ? `RTP/AVP;unicast;client_port=${ports}-${Number(ports) + 1};server_port=${udp.address().port}-${udp.address().port + 1}`
      : 'RTP/AVP/TCP;unicast;interleaved=0-1',
    play() {
      next(performance.now());
    },
    stop() {
      clearTimeout(timer);
      if (open) udp?.close();
      open = false;
    },
  };
}

async function openUdp(): Promise<Udp> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

/** Leaves out `$`, channel, length and so many bytes. */
function withoutInterleaved(): Transform {
  let kept: Buffer = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _, done) {
      kept = Buffer.concat([kept, chunk]);
      while (kept[0] === 0x24 && kept.length >= 4 && kept.length >= 4 + kept.readUInt16BE(2)) {
        kept = kept.subarray(4 + kept.readUInt16BE(2));
      }
      if (kept.length > 0 && kept[0] !== 0x24) {
        this.push(kept);
        kept = Buffer.alloc(0);
      }
      done();
    },
  });
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

function welcome(
  request: RtspRequest,
  { user, password = '', auth = 'digest' }: RtspServerOptions,
  nonce: string,
): boolean {
  if (user === undefined) return true;
  const given = request.headers['authorization'] ?? '';
  if (auth === 'basic') return given === `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const field = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(given)?.[1] ?? '';
  const expected = md5(`${md5(`${user}:${REALM}:${password}`)}:${nonce}:${md5(`${request.method}:${field('uri')}`)}`);
  return field('username') === user && field('response') === expected;
}
