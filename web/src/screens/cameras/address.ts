// Addresses of cameras as people write them: login fields beside the address, and what the makers' paths are.

export interface Parts {
  readonly address: string;
  readonly user: string;
  readonly password: string;
}

/** Somebody has pasted an address with user and password in it. */
export function apart(address: string): Parts {
  const [, scheme = '', login = '', rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)([^/]*)@([^/]*.*)$/is.exec(address) ?? [];
  if (scheme === '') return { address, user: '', password: '' };
  const colon = login.indexOf(':');
  const [user, password] = colon < 0 ? [login, ''] : [login.slice(0, colon), login.slice(colon + 1)];
  return { address: scheme + rest, user: decoded(user), password: decoded(password) };
}

/** One address for the API. "192.168.1.20" alone is asked over ONVIF, with a path over RTSP. */
export function whole({ address, user, password }: Parts): string {
  const text = withScheme(address.trim());
  if (user === '' && password === '') return text;
  const end = text.indexOf('://') + 3;
  if (end < 3) return text;
  const login = password === '' ? encode(user) : `${encode(user)}:${encode(password)}`;
  return `${text.slice(0, end)}${login}@${text.slice(end)}`;
}

/** A path, or a file of a kind that cameras do not name: nothing that could be reached over a network. */
export function isFile(address: string): boolean {
  const text = address.trim();
  return /^(?:\/|~|\.|file:|[a-z]:[\\/])/i.test(text) || /^[^/:]*\.(?:mp4|mkv|mov|avi|webm|ts|jpe?g|png)$/i.test(text);
}

export function withScheme(address: string): string {
  if (address === '' || isFile(address) || /^[a-z][a-z0-9+.-]+:/i.test(address)) return address;
  return address.includes('/') ? `rtsp://${address}` : `onvif://${address}`;
}

/** "***" is what the API shows instead of what it keeps. */
function encode(text: string): string {
  return text === '***' ? text : encodeURIComponent(text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export interface Maker {
  readonly name: string;
  /** HOST is exchanged. */
  readonly address: string;
  /** A key of the texts. */
  readonly hint?: 'tapo' | 'unifi' | 'phone' | 'reolink' | 'axis';
}

export const MAKERS: readonly Maker[] = [
  { name: 'ONVIF', address: 'onvif://HOST' },
  { name: 'Amcrest', address: 'rtsp://HOST:554/cam/realmonitor?channel=1&subtype=0' },
  { name: 'Annke', address: 'rtsp://HOST:554/Streaming/Channels/101' },
  { name: 'Axis', address: 'rtsp://HOST/axis-media/media.amp', hint: 'axis' },
  { name: 'Dahua', address: 'rtsp://HOST:554/cam/realmonitor?channel=1&subtype=0' },
  { name: 'Foscam', address: 'rtsp://HOST:554/videoMain' },
  { name: 'Hikvision', address: 'rtsp://HOST:554/Streaming/Channels/101' },
  { name: 'IP Webcam (Android)', address: 'http://HOST:8080/video', hint: 'phone' },
  { name: 'Reolink', address: 'rtsp://HOST:554/h264Preview_01_main', hint: 'reolink' },
  { name: 'TP-Link Tapo', address: 'rtsp://HOST:554/stream1', hint: 'tapo' },
  { name: 'UniFi Protect', address: 'rtsps://HOST:7441/TOKEN?enableSrtp', hint: 'unifi' },
];

/** Null while there is nothing that could be a host. */
export function addressOf(maker: Maker, host: string): string | null {
  const plain = host
    .trim()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
    .replace(/[/?#].*$/s, '')
    .replace(/:\d*$/, '');
  return plain === '' ? null : maker.address.replace('HOST', plain);
}
