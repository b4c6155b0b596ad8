// WS-Discovery: who in the local network says that it is an ONVIF camera? Written here, because the package onvif asks on one network
// only, cannot be stopped, and ends the program when somebody answers nonsense.

import { randomUUID } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { KithError } from '../errors.ts';
import { pause } from '../lifecycle.ts';

export interface FoundCamera {
  readonly name: string;
  /** For "source", without user and password. */
  readonly address: string;
  readonly hardware: string;
}

export interface DiscoveryOptions {
  /** So long answers are waited for. */
  readonly waitMs?: number;
  /** Whom to ask; the group that all devices listen to when absent. */
  readonly to?: { readonly address: string; readonly port: number };
}

const GROUP = { address: '239.255.255.250', port: 3702 };
const MOST_ANSWERS = 1_000;
// Some only know one of them.
const TYPES = ['dn:NetworkVideoTransmitter', 'tds:Device'];

/** Those that answered, by address. KithError `unavailable` when nobody could be asked. */
export async function discoverCameras(
  signal: AbortSignal,
  { waitMs = 4_000, to = GROUP }: DiscoveryOptions = {},
): Promise<FoundCamera[]> {
  const found = new Map<string, FoundCamera>();
  const asked = new Set<string>();
  const hear = (message: Buffer, from: RemoteInfo): void => {
    if (found.size >= MOST_ANSWERS) return;
    for (const camera of camerasOf(message.toString('utf8'), from.address, asked)) {
      if (!found.has(camera.address)) found.set(camera.address, camera);
    }
  };
  const sockets = (await Promise.all(interfaces(to).map((own) => openSocket(own, hear)))).filter((one) => one !== null);
  try {
    let reached = 0;
    // Twice, as packets get lost.
    for (const wait of [waitMs / 4, (waitMs * 3) / 4]) {
      for (const socket of sockets) for (const type of TYPES) if (await send(socket, probe(type, asked), to)) reached++;
      await pause(wait, signal);
      signal.throwIfAborted();
    }
    if (reached > 0) return [...found.values()].toSorted((a, b) => compare.compare(a.address, b.address));
  } finally {
    for (const socket of sockets) socket.close();
  }
  throw new KithError(
    'unavailable',
    'No network was found to look for cameras in: is this machine connected? In a container, cameras are found with the network of the host only.',
  );
}

const compare = new Intl.Collator('en', { numeric: true });

/** One address of each network: a question goes out on one of them only. */
function interfaces(to: DiscoveryOptions['to']): string[] {
  if (to !== GROUP) return ['0.0.0.0'];
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
}

async function openSocket(own: string, hear: (message: Buffer, from: RemoteInfo) => void): Promise<Socket | null> {
  const socket = createSocket('udp4');
  const { promise, resolve } = Promise.withResolvers<Socket | null>();
  // Also for later: an answer that bounces ends nothing.
  socket.on('error', () => resolve(null));
  socket.on('message', hear);
  socket.bind(0, own, () => resolve(socket));
  return promise;
}

function send(socket: Socket, text: string, { address, port }: { address: string; port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    socket.send(text, port, address, (error) => resolve(error === null));
  });
}

function probe(type: string, asked: Set<string>): string {
  const id = `urn:uuid:${randomUUID()}`;
  asked.add(id);
  return `<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl" xmlns:tds="http://www.onvif.org/ver10/device/wsdl"><e:Header><w:MessageID>${id}</w:MessageID><w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To><w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header><e:Body><d:Probe><d:Types>${type}</d:Types></d:Probe></e:Body></e:Envelope>`;
}

/** What is no answer to our question, or makes no sense, is nobody. */
export function camerasOf(xml: string, from: string, asked: ReadonlySet<string>): FoundCamera[] {
  if (!asked.has(textOf(xml, 'RelatesTo'))) return [];
  return [...xml.matchAll(/<(?:\w+:)?ProbeMatch[\s>](.*?)<\/(?:\w+:)?ProbeMatch>/gs)].flatMap(([, match = '']) => {
    const urls = textOf(match, 'XAddrs')
      .split(/\s+/)
      .flatMap((text) => URL.parse(text) ?? [])
      .filter(({ protocol }) => protocol === 'http:' || protocol === 'https:');
    // The one that has answered can be reached; others are of networks that only the camera knows.
    const url =
      urls.find(({ hostname }) => hostname === from) ?? urls.find(({ hostname }) => !hostname.startsWith('['));
    if (!url) return [];
    const scopes = textOf(match, 'Scopes').split(/\s+/);
    const hardware = scopeOf(scopes, 'hardware');
    return [{ name: scopeOf(scopes, 'name') || hardware || url.hostname, address: addressOf(url), hardware }];
  });
}

function addressOf(url: URL): string {
  const port = url.protocol === 'https:' ? url.port || '443' : url.port;
  const path = url.pathname === '/onvif/device_service' ? '' : `/?service=${encodeURIComponent(url.pathname)}`;
  return `onvif://${url.hostname}${port === '' ? '' : `:${port}`}${path}`;
}

function textOf(xml: string, name: string): string {
  return new RegExp(`<(?:\\w+:)?${name}(?:\\s[^>]*)?>([^<]*)<`).exec(xml)?.[1]?.trim() ?? '';
}

function scopeOf(scopes: readonly string[], kind: string): string {
  const start = `onvif://www.onvif.org/${kind}/`;
  const scope = scopes.find((one) => one.toLowerCase().startsWith(start))?.slice(start.length) ?? '';
  let text = scope;
  try {
    text = decodeURIComponent(scope);
  } catch {
    // As it stands.
  }
  // It goes to a terminal.
  return text.replaceAll(/\p{C}/gu, '').slice(0, 80);
}
