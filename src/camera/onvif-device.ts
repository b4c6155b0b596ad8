// Asks an ONVIF device for its profiles and their addresses (the only file that knows the package onvif). The parts of the package
// are called one by one, because its `connect` asks for more than is needed, and devices that cannot answer that fail for nothing.

import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { Cam, type CamProfile } from 'onvif';
import type { Login } from './http-login.ts';

export interface OnvifProfile {
  readonly token: string;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** What it looks through: one device may have several. */
  readonly lens: string;
}

export interface OnvifDevice {
  readonly profiles: readonly OnvifProfile[];
  streamUri(token: string): Promise<string>;
  snapshotUri(token: string): Promise<string>;
  close(): void;
}

export interface OnvifPlace {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** Of the device service. */
  readonly path: string;
  readonly login: Login | null;
}

const LIMIT_MS = 20_000;
const MOST_BYTES = 10_000_000;

/** Throws plain Errors in the words of the package, and the signal's reason. */
export async function openOnvifDevice(place: OnvifPlace, signal: AbortSignal): Promise<OnvifDevice> {
  signal.throwIfAborted();
  const agent = place.secure ? new TlsAgent({ rejectUnauthorized: false }) : new Agent();
  const device = new Cam({
    hostname: place.host,
    port: place.port,
    path: place.path,
    useSecure: place.secure,
    secureOpts: { rejectUnauthorized: false },
    ...(place.login ? { username: place.login.user, password: place.login.password } : {}),
    autoconnect: false,
    timeout: LIMIT_MS,
    agent,
  });
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => undefined);
  const end = (why: unknown): void => {
    ended.reject(why);
    agent.destroy();
  };
  const abort = (): void => end(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const late = setTimeout(() => end(new Error('timed out: it did not answer in time')), LIMIT_MS);
  // The package takes as much as comes.
  const guard = setInterval(() => {
    const sockets = Object.values(agent.sockets).flatMap((list) => list ?? []);
    if (sockets.some(({ bytesRead }) => bytesRead > MOST_BYTES)) end(new Error('its answer has no end'));
  }, 100);

  function close(): void {
    signal.removeEventListener('abort', abort);
    clearTimeout(late);
    clearInterval(guard);
    agent.destroy();
  }

  function ask<T>(call: (done: (error: Error | null, data?: T) => void) => void): Promise<T> {
    const asked = new Promise<T>((resolve, reject) => {
      call((error, data) => (error ? reject(error) : resolve(data as T)));
    });
    return Promise.race([asked, ended.promise]);
  }

  const uri = async (
    call: (done: (error: Error | null, data?: { uri?: unknown }) => void) => void,
  ): Promise<string> => {
    const answer = await ask(call);
    if (typeof answer?.uri !== 'string') throw new Error('it names no address');
    return answer.uri.trim();
  };

  try {
    // First of all: the passwords of ONVIF are only good at the time of the device.
    await ask((done) => device.getSystemDateAndTime(done));
    try {
      await ask((done) => device.getServices(true, done));
    } catch {
      // Older ones.
      await ask((done) => device.getCapabilities(done));
    }
    const profiles = await ask<CamProfile[]>((done) => device.getProfiles(done));
    return {
      profiles: profiles.flatMap(profileOf),
      streamUri: (profileToken) => uri((done) => device.getStreamUri({ protocol: 'RTSP', profileToken }, done)),
      snapshotUri: (profileToken) => uri((done) => device.getSnapshotUri({ profileToken }, done)),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** Those without pictures (only sound, only metadata) are left out. */
function profileOf(given: CamProfile): OnvifProfile[] {
  const encoder = given.videoEncoderConfiguration as
    | { resolution?: { width?: unknown; height?: unknown }; rateControl?: { frameRateLimit?: unknown } }
    | undefined;
  const source = given.videoSourceConfiguration as { sourceToken?: unknown } | undefined;
  const token = textOf((given['$'] as { token?: unknown } | undefined)?.token);
  if (!encoder || token === '') return [];
  return [
    {
      token,
      name: textOf(given.name) || token,
      width: Number(encoder.resolution?.width) || 0,
      height: Number(encoder.resolution?.height) || 0,
      fps: Number(encoder.rateControl?.frameRateLimit) || 0,
      lens: textOf(source?.sourceToken),
    },
  ];
}

/** The package makes numbers of what looks like one. */
function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
