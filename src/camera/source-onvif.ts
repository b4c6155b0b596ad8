// onvif://user:password@host[:port][/profile]: the device says where its pictures are, and RTSP or HTTP reads them there.
// ?still=1 takes its still picture instead, ?service=/path is for devices whose service is elsewhere.

import { isKithError, KithError, messageOf } from '../errors.ts';
import { hideCredentials } from '../log.ts';
import { decoded, splitAddress } from '../secrets.ts';
import { cleanAddress, loginOf, nameOf } from './address.ts';
import type { Source } from './frame.ts';
import { chooseProfiles } from './onvif-choice.ts';
import { openOnvifDevice, type OnvifDevice, type OnvifPlace, type OnvifProfile } from './onvif-device.ts';
import { httpSource } from './source-http.ts';
import { rtspSource } from './source-rtsp.ts';
import { codeOf, hintOf } from './trouble.ts';

const SERVICE = '/onvif/device_service';

export interface Resolved {
  readonly source: string;
  readonly substream?: string;
}

export const onvifSource: Source = {
  schemes: ['onvif'],
  finite: false,
  newestWins: true,
  resolve: resolveOnvif,
  async open(url, options) {
    const { source } = await resolveOnvif(url, options.signal);
    const found = [rtspSource, httpSource].find(({ schemes }) => schemes.includes(splitAddress(source).scheme));
    if (!found) throw new Error('resolving leaves no other scheme');
    return found.open(source, options);
  },
};

/** The largest picture as `source`; a smaller one of the same lens, at least 640 wide, as `substream` where there is one. Both with user
 * and password. KithError `unavailable`: perhaps later. `invalid`: never. */
export async function resolveOnvif(url: string, signal: AbortSignal): Promise<Resolved> {
  const name = nameOf(url);
  const { place, profile, still } = readAddress(url);
  let device: OnvifDevice | undefined;
  try {
    device = await openOnvifDevice(place, signal);
    const chosen = chooseProfiles(device.profiles, profile);
    if (!chosen) throw noProfile(name, device, profile);
    const asked = device;
    const stillOf = async (): Promise<Resolved> => ({
      source: ownAddress(await asked.snapshotUri(chosen.main.token), url, ['http', 'https']),
    });
    if (still) return await stillOf();
    let source: string;
    try {
      source = ownAddress(await device.streamUri(chosen.main.token), url, ['rtsp', 'rtsps', 'http', 'https']);
    } catch (error) {
      signal.throwIfAborted();
      // Some have nothing but stills.
      return await stillOf().catch(() => {
        throw error;
      });
    }
    if (!chosen.sub) return { source };
    const sub = await device.streamUri(chosen.sub.token).catch(() => null);
    // Some give the same for all.
    const substream = sub === null ? source : ownAddress(sub, url, ['rtsp', 'rtsps']);
    return substream === source ? { source } : { source, substream };
  } catch (error) {
    signal.throwIfAborted();
    throw isKithError(error) ? error : noAnswer(name, error);
  } finally {
    device?.close();
  }
}

/** What the device offers; `token` goes into the address. Throws what resolveOnvif does, or errors of the package. */
export async function profilesOf(url: string, signal: AbortSignal): Promise<readonly OnvifProfile[]> {
  const device = await openOnvifDevice(readAddress(url).place, signal);
  device.close();
  return device.profiles;
}

function readAddress(url: string): { place: OnvifPlace; profile: string | null; still: boolean } {
  // Refuses what has no host.
  const { host, rest } = splitAddress(cleanAddress(url));
  const [, name = '', port] = /^(.*?)(?::(\d+))?$/.exec(host) ?? [];
  const [path = '', query = ''] = rest.split('#', 1)[0]?.split('?', 2) ?? [];
  const wish = new URLSearchParams(query);
  const profile = decoded(path.replace(/^\/|\/$/g, ''));
  const number = Number(port ?? 80);
  return {
    place: {
      host: name.replace(/^\[(.*)\]$/, '$1'),
      port: number,
      secure: number === 443,
      path: wish.get('service') ?? SERVICE,
      login: loginOf(url),
    },
    profile: profile === '' ? null : profile,
    still: wish.has('still'),
  };
}

/** Always at the host that was asked for: devices behind a router name one that nobody reaches, and the password goes to no other. */
function ownAddress(given: string, asked: string, schemes: readonly string[]): string {
  const { scheme, host, rest } = splitAddress(given);
  if (!schemes.includes(scheme)) throw new Error(`it names an address with "${scheme}:"`);
  const own = splitAddress(asked).host.replace(/:\d+$/, '');
  const port = /:\d+$/.exec(host)?.[0] ?? '';
  const login = loginOf(asked);
  const user = login ? `${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}@` : '';
  return cleanAddress(`${scheme}://${user}${own}${port}${rest}`);
}

function noProfile(name: string, { profiles }: OnvifDevice, profile: string | null): KithError {
  if (profiles.length === 0) {
    return new KithError('unavailable', `${name} has no profile with pictures: set one up on the page of the camera.`);
  }
  const known = profiles.map(({ token, width, height }) => `${token} (${width}×${height})`).join(', ');
  return new KithError('invalid', `${name} has no profile "${profile}": use one of ${known}, or none for the largest.`);
}

function noAnswer(name: string, error: unknown): KithError {
  // The package stumbles over answers that it did not expect.
  const said = error instanceof TypeError ? 'its answer makes no sense' : messageOf(error);
  const why = hideCredentials(said).replaceAll(/\s+/g, ' ').slice(0, 200);
  const hint =
    hintOf(`${why} ${codeOf(error)}`) ??
    'is ONVIF switched on in the camera, and is the port right (often 80, 8000, 8080, 2020)?';
  return new KithError('unavailable', `${name} does not say where its pictures are (${why}): ${hint}`, {
    cause: error,
  });
}
