// The table of sources. To add one: write an object with its schemes and put it into the list.

import { existsSync, statSync } from 'node:fs';
import { KithError } from '../errors.ts';
import { pathOf } from './address.ts';
import type { Source } from './frame.ts';
import { browserSource } from './source-browser.ts';
import { deviceSource } from './source-device.ts';
import { fileSource } from './source-file.ts';
import { folderSource } from './source-folder.ts';
import { frigateSource } from './source-frigate.ts';
import { httpSource } from './source-http.ts';
import { libcameraSource } from './source-libcamera.ts';
import { onvifSource } from './source-onvif.ts';
import { rtspSource } from './source-rtsp.ts';

export const SOURCES: readonly Source[] = [
  deviceSource,
  libcameraSource,
  rtspSource,
  httpSource,
  onvifSource,
  frigateSource,
  browserSource,
  fileSource,
  folderSource,
];

/** The source for an address and the address with its scheme (a plain path gets `file:` or `folder:`). `more` are sources
 * that others add. KithError `invalid` names the schemes that exist. */
export function findSource(address: string, more: readonly Source[] = []): { source: Source; url: string } {
  const url = withScheme(address);
  const scheme = url.slice(0, url.indexOf(':')).toLowerCase();
  const table = [...more, ...SOURCES];
  const source = table.find((candidate) => candidate.schemes.includes(scheme));
  if (source) return { source, url };
  const known = table.flatMap((candidate) => candidate.schemes).map((name) => `${name}:`);
  throw new KithError(
    'invalid',
    `"${scheme}:" is no kind of camera that Kith can read: use ${known.join(', ')} or the path of a video or of a folder.`,
  );
}

function withScheme(address: string): string {
  // One letter before the colon would be a drive, and a slash before it a path.
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(address)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'file') return address;
  // A path may hold a colon itself ("12:30.mp4" has no scheme, as schemes begin with a letter).
  const path = scheme === 'file' ? pathOf(address) : address;
  return `${existsSync(path) && statSync(path).isDirectory() ? 'folder' : 'file'}:${path}`;
}
