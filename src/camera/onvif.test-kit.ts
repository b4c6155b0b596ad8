// An ONVIF camera for tests: answers over HTTP in the shape that cameras were recorded with, and to discovery over UDP.

import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeProfile {
  readonly token: string;
  readonly width: number;
  readonly height: number;
  readonly lens?: string;
  /** Absent: it has none. */
  readonly stream?: string;
  readonly still?: string;
}

export interface OnvifServerOptions {
  readonly profiles: readonly FakeProfile[];
  readonly user?: string;
  readonly password?: string;
  /** Of the device's clock. */
  readonly time?: Date;
  /** A newer one, with Media2. */
  readonly media2?: boolean;
  /** Instead of all answers. */
  readonly answers?: (action: string) => string | null;
}

export interface OnvifServer {
  readonly port: number;
  readonly actions: readonly string[];
}

export async function startOnvifServer(
  t: { after(fn: () => void): void },
  options: OnvifServerOptions,
): Promise<OnvifServer> {
  const actions: string[] = [];
  const server = createServer((request, response) => {
    readAll(request)
      .then((body) => {
        const action = /<s:Body[^>]*>\s*<(\w+)/.exec(body)?.[1] ?? '';
        actions.push(action);
        const own = options.answers?.(action);
        if (own !== undefined && own !== null) return response.end(own);
        if (action !== 'GetSystemDateAndTime' && !isWelcome(body, options)) {
          return response.writeHead(400).end(envelope(FAULT));
        }
        const port = (server.address() as AddressInfo).port;
        return response
          .writeHead(200, { 'content-type': 'application/soap+xml; charset=utf-8' })
          .end(envelope(answerTo(action, body, options, port)));
      })
      .catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, actions };
}

/** Answers every probe with what `answer` makes of its message id; null stays silent. */
export async function startDiscoveryResponder(
  t: { after(fn: () => void): void },
  answer: (messageId: string) => readonly string[],
): Promise<{ address: string; port: number }> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  socket.on('message', (message, from) => {
    const id = /MessageID>([^<]+)</.exec(message.toString())?.[1] ?? '';
    for (const text of answer(id)) socket.send(text, from.port, from.address);
  });
  t.after(() => socket.close());
  return { address: '127.0.0.1', port: socket.address().port };
}

/** As a Hikvision camera answers. */
export function probeMatches(id: string, xaddrs: string, scopes: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope" xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><env:Header><wsa:MessageID>urn:uuid:cea94000-fb96-11b3-8260-686dbc5cb15d</wsa:MessageID>
<wsa:RelatesTo>${id}</wsa:RelatesTo>
<wsa:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</wsa:To>
<wsa:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</wsa:Action></env:Header>
<env:Body><d:ProbeMatches><d:ProbeMatch><wsa:EndpointReference><wsa:Address>urn:uuid:cea94000-fb96-11b3-8260-686dbc5cb15d</wsa:Address>
</wsa:EndpointReference>
<d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types>
<d:Scopes>${scopes}</d:Scopes>
<d:XAddrs>${xaddrs}</d:XAddrs>
<d:MetadataVersion>10</d:MetadataVersion>
</d:ProbeMatch>
</d:ProbeMatches>
</env:Body>
</env:Envelope>`;
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString('utf8');
}

/** WS-Security, PasswordDigest: only good for a minute of the device's own time. */
function isWelcome(body: string, { user, password = '', time }: OnvifServerOptions): boolean {
  if (user === undefined) return true;
  const field = (name: string): string => new RegExp(`<${name}(?:\\s[^>]*)?>([^<]*)<`).exec(body)?.[1] ?? '';
  const created = field('Created');
  const digest = createHash('sha1')
    .update(Buffer.from(field('Nonce'), 'base64'))
    .update(created + password)
    .digest('base64');
  const fresh = Math.abs(Date.parse(created) - (time?.getTime() ?? Date.now())) < 60_000;
  return field('Username') === user && field('Password') === digest && fresh;
}

const FAULT =
  '<env:Fault><env:Code><env:Value>env:Sender</env:Value><env:Subcode><env:Value>ter:NotAuthorized</env:Value></env:Subcode></env:Code><env:Reason><env:Text xml:lang="en">The action requested requires authorization and the sender is not authorized</env:Text></env:Reason></env:Fault>';

function envelope(body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope" xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:trt="http://www.onvif.org/ver10/media/wsdl" xmlns:tr2="http://www.onvif.org/ver20/media/wsdl" xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:ter="http://www.onvif.org/ver10/error"><env:Body>${body}</env:Body></env:Envelope>`;
}

function answerTo(action: string, body: string, options: OnvifServerOptions, port: number): string {
  const media2 = body.includes('ver20/media');
  const profile = options.profiles.find(({ token }) => body.includes(`<ProfileToken>${token}</ProfileToken>`));
  const place = (uri: string | undefined, response: string): string => {
    if (uri === undefined) return FAULT.replace('requires authorization', 'is not supported');
    const text = uri.replaceAll('&', '&amp;');
    return media2
      ? `<tr2:${response}><tr2:Uri>${text}</tr2:Uri></tr2:${response}>`
      : `<trt:${response}><trt:MediaUri><tt:Uri>${text}</tt:Uri><tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot><tt:Timeout>PT60S</tt:Timeout></trt:MediaUri></trt:${response}>`;
  };
  switch (action) {
    case 'GetSystemDateAndTime':
      return dateAndTime(options.time ?? new Date());
    case 'GetServices':
      return services(port, options.media2 === true);
    case 'GetProfiles':
      return profilesOf(options.profiles, media2);
    case 'GetStreamUri':
      return place(profile?.stream, 'GetStreamUriResponse');
    case 'GetSnapshotUri':
      return place(profile?.still, 'GetSnapshotUriResponse');
    default:
      return FAULT;
  }
}

function dateAndTime(time: Date): string {
  return `<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>CST-1:00:00</tt:TZ></tt:TimeZone><tt:UTCDateTime><tt:Time><tt:Hour>${time.getUTCHours()}</tt:Hour><tt:Minute>${time.getUTCMinutes()}</tt:Minute><tt:Second>${time.getUTCSeconds()}</tt:Second></tt:Time><tt:Date><tt:Year>${time.getUTCFullYear()}</tt:Year><tt:Month>${time.getUTCMonth() + 1}</tt:Month><tt:Day>${time.getUTCDate()}</tt:Day></tt:Date></tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>`;
}

function services(port: number, media2: boolean): string {
  const service = (namespace: string, path: string): string =>
    `<tds:Service><tds:Namespace>http://www.onvif.org/${namespace}</tds:Namespace><tds:XAddr>http://127.0.0.1:${port}/onvif/${path}</tds:XAddr><tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version></tds:Service>`;
  return `<tds:GetServicesResponse>${service('ver10/device/wsdl', 'device_service')}${service('ver10/media/wsdl', 'Media')}${media2 ? service('ver20/media/wsdl', 'Media2') : ''}${service('ver10/events/wsdl', 'Events')}</tds:GetServicesResponse>`;
}

function profilesOf(profiles: readonly FakeProfile[], media2: boolean): string {
  const one = ({ token, width, height, lens = 'VideoSource_1' }: FakeProfile): string => {
    const source = `<tt:Name>VideoSourceConfig</tt:Name><tt:UseCount>3</tt:UseCount><tt:SourceToken>${lens}</tt:SourceToken><tt:Bounds x="0" y="0" width="2560" height="1440"/>`;
    const encoder = `<tt:Name>VideoEncoder</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:Resolution><tt:Quality>3</tt:Quality><tt:RateControl><tt:FrameRateLimit>25</tt:FrameRateLimit><tt:EncodingInterval>1</tt:EncodingInterval><tt:BitrateLimit>4096</tt:BitrateLimit></tt:RateControl>`;
    return media2
      ? `<tr2:Profiles token="${token}" fixed="true"><tr2:Name>${token} name</tr2:Name><tr2:Configurations><tr2:VideoSource token="VideoSourceToken">${source}</tr2:VideoSource><tr2:VideoEncoder token="Enc_${token}">${encoder}</tr2:VideoEncoder></tr2:Configurations></tr2:Profiles>`
      : `<trt:Profiles token="${token}" fixed="true"><tt:Name>${token} name</tt:Name><tt:VideoSourceConfiguration token="VideoSourceToken">${source}</tt:VideoSourceConfiguration><tt:VideoEncoderConfiguration token="Enc_${token}">${encoder}</tt:VideoEncoderConfiguration></trt:Profiles>`;
  };
  const response = media2 ? 'tr2:GetProfilesResponse' : 'trt:GetProfilesResponse';
  return `<${response}>${profiles.map(one).join('')}</${response}>`;
}
