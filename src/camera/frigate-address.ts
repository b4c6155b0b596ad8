// The address of a camera of a Frigate recorder, taken apart:
//   frigate://user:password@broker:1883/CAMERA?api=http://user:password@frigate:5000&topic=frigate&tls=1

import { KithError } from '../errors.ts';
import type { BrokerAddress } from '../mqtt.ts';

export interface FrigateAddress {
  readonly broker: BrokerAddress;
  /** The camera's name in Frigate. */
  readonly camera: string;
  /** Begin of the topics, `frigate` unless Frigate is told otherwise. */
  readonly topic: string;
  readonly api: ApiAddress;
}

export interface ApiAddress {
  /** Ends with a slash; without credentials. */
  readonly url: string;
  readonly user: string | null;
  readonly password: string | null;
}

const FORM = 'write it like frigate://user:password@broker/CAMERA?api=http://frigate:5000';

/** KithError `invalid` that says what is wrong, without the address itself. */
export function frigateAddress(source: string): FrigateAddress {
  // A password may hold what only belongs into addresses in its encoded form.
  const url = URL.canParse(source) ? new URL(source) : null;
  if (!url || url.hostname === '') throw wrong(`names no MQTT broker`);
  const camera = decoded(url.pathname.replaceAll(/^\/+|\/+$/g, ''));
  if (camera === '' || /[/#+\s]/.test(camera)) throw wrong(`names no camera of Frigate after the broker`);
  const { searchParams: query } = url;
  const unknown = [...query.keys()].find((key) => !['api', 'topic', 'tls'].includes(key));
  if (unknown !== undefined) throw wrong(`has "?${unknown}=", but only api, topic and tls are known`);
  const tls = ['1', 'true', 'yes'].includes(query.get('tls') ?? '');
  const topic = (query.get('topic') ?? 'frigate').replaceAll(/^\/+|\/+$/g, '');
  if (topic === '' || /[#+]/.test(topic)) throw wrong('has a "topic" that is none');
  return {
    broker: {
      host: url.hostname.replaceAll(/^\[|\]$/g, ''),
      port: url.port === '' ? (tls ? 8883 : 1883) : Number(url.port),
      tls,
      ...credentialsOf(url),
    },
    camera,
    topic,
    api: apiAddress(query.get('api') ?? `http://${url.hostname}:5000`),
  };
}

function apiAddress(text: string): ApiAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !['http:', 'https:'].includes(url.protocol)) throw wrong('has an "api" that is no http address');
  const path = url.pathname.replace(/\/+$/, '').replace(/\/api$/, '');
  return { url: `${url.origin}${path}/`, ...credentialsOf(url) };
}

function credentialsOf({ username, password }: URL): { user: string | null; password: string | null } {
  return { user: username === '' ? null : decoded(username), password: password === '' ? null : decoded(password) };
}

/** Also of texts in which a % is only a %. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll(/%(?![0-9a-f]{2})/gi, '%25'));
  } catch {
    return text;
  }
}

function wrong(what: string): KithError {
  return new KithError('invalid', `The address of the Frigate camera ${what}: ${FORM}.`);
}
