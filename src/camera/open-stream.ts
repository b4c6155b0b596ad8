// From the settings of a camera to its frames: finds the source, asks the device for its addresses where it has to be asked, and
// opens.

import type { FrameStream, Source, SourceOptions } from './frame.ts';
import { openWithSubstream } from './paired.ts';
import { findSource } from './sources.ts';

/** Throws a KithError without credentials. `more` are sources beside those of the table. */
export async function openStream(
  config: { readonly source: string; readonly substream?: string | undefined },
  options: SourceOptions,
  more: readonly Source[] = [],
): Promise<FrameStream> {
  const asked = findSource(config.source, more);
  const device = await asked.source.resolve?.(asked.url, options.signal);
  const main = device ? findSource(device.source, more) : asked;
  const substream = config.substream ?? device?.substream;
  if (substream === undefined) return main.source.open(main.url, options);
  return openWithSubstream(main, findSource(substream, more), options);
}
