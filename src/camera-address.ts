// Addresses of cameras on their way through the API: which may be used, what is shown of them, and how a shown one becomes whole
// again when it comes back.

import { NETWORK_SCHEMES } from './camera-settings.ts';
import { KithError } from './errors.ts';
import { decoded, HIDDEN, secretsOf, splitAddress, type Secret } from './secrets.ts';

const LONGEST = 2_000;

/** A USB camera by its node, and nothing else that FFmpeg could open as a device. */
const USB =
  /^v4l2:(?:(?:\/dev\/video)?\d{1,3})?(?:\?(?:(?:size=\d{2,5}x\d{2,5}|rate=\d{1,3}|format=[a-z0-9_]{2,20})(?:&|$))+)?$/;

/** Whoever may write settings must not be able to read files or devices of a machine with them. `devices`: but the USB cameras of the
 * machine that Kith itself runs on. KithError `invalid`; `key` names the setting. */
export function checkNetworkSource(address: string, key = 'source', { devices = false } = {}): void {
  if (devices && USB.test(address)) return;
  const { scheme, host, rest } = splitAddress(address);
  if (!NETWORK_SCHEMES.includes(scheme)) {
    const known = NETWORK_SCHEMES.map((name) => `${name}:`).join(', ');
    const what = /^[a-z][a-z0-9+.-]+$/.test(scheme) ? `begins with "${scheme}:"` : 'is no network address';
    throw new KithError(
      'invalid',
      `"${key}" ${what}, but a camera that is set up through the API may only use ${known}; files and devices of a machine belong into its own camera.json.`,
    );
  }
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  if (address.length > LONGEST || /[\u0000-\u0020\u007F]/.test(address)) {
    throw new KithError(
      'invalid',
      `"${key}" has spaces or is longer than ${LONGEST} characters: write a space as %20.`,
    );
  }
  if (scheme === 'browser') return;
  if (!/^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i.test(host)) {
    const what =
      host === '' && !rest.startsWith('//') ? `begins with ${scheme}:// and a host` : 'has a host that can be reached';
    throw new KithError('invalid', `"${key}" is no address that ${what}: write it like ${scheme}://192.168.1.20/path.`);
  }
  // It is asked over HTTP, wherever it is.
  const [, api] = (scheme === 'frigate' && /[?&]api=([^&#]*)/.exec(rest)) || [];
  if (api !== undefined && !/^https?:\/\/[^/?#]/i.test(decoded(api)) && api !== HIDDEN) {
    throw new KithError(
      'invalid',
      `"${key}" has an "api" that is no http address: write it like ?api=http://192.168.1.20:5000.`,
    );
  }
}

/** For answers: user, password and values of keys like ?token= are `***`. */
export function maskCredentials(address: string): string {
  return exchange(address, () => HIDDEN);
}

/** The opposite, for an address that was shown masked and comes back: each `***` becomes what a stored address has in its place.
 * Only for the same scheme, host and port: else whoever may write settings could have a password sent to a machine of hers.
 * KithError `invalid` where nothing fits. */
export function restoreCredentials(address: string, ...stored: readonly (string | null | undefined)[]): string {
  const asked = numbered(secretsOf(address));
  if (!asked.some(({ start, end }) => address.slice(start, end) === HIDDEN)) return address;
  const fitting = stored.filter(
    (candidate) => typeof candidate === 'string' && placeOf(candidate) === placeOf(address),
  );
  const known = fitting.map((candidate) => ({
    text: candidate ?? '',
    secrets: numbered(secretsOf(candidate ?? '')),
  }));
  return exchange(address, (label, value) => {
    if (value !== HIDDEN) return value;
    for (const { text, secrets } of known) {
      const found = secrets.find((candidate) => candidate.label === label);
      const secret = found && text.slice(found.start, found.end);
      if (secret && secret !== HIDDEN) return secret;
    }
    throw new KithError(
      'invalid',
      'The address has "***" where no password is kept for this scheme, host and port: write the real user and password.',
    );
  });
}

/** Equal for addresses that send their secrets to the same place. */
function placeOf(address: string): string {
  const { scheme, host, rest } = splitAddress(address);
  const secrets = secretsOf(address);
  const from = address.length - rest.length;
  const elsewhere = [...rest.matchAll(/(?<==)[^&;#]*/g)]
    .filter(({ index }) => !secrets.some(({ start }) => start === from + index))
    .map(([value]) => decoded(value))
    .filter((value) => value.includes('://'));
  return [`${scheme}://${host.toLowerCase()}`, ...elsewhere].join(' ');
}

interface Labelled extends Secret {
  readonly label: string;
}

/** A key may come twice. */
function numbered(secrets: readonly Secret[]): Labelled[] {
  const seen = new Map<string, number>();
  return secrets.map((secret) => {
    const name = `${secret.kind} ${secret.key}`;
    const times = seen.get(name) ?? 0;
    seen.set(name, times + 1);
    return { ...secret, label: `${name} ${times}` };
  });
}

function exchange(address: string, by: (label: string, value: string) => string): string {
  let out = '';
  let from = 0;
  for (const { start, end, label } of numbered(secretsOf(address))) {
    out += address.slice(from, start) + by(label, address.slice(start, end));
    from = end;
  }
  return out + address.slice(from);
}
