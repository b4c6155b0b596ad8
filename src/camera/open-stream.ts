// From the settings of a camera to its frames: finds the source, asks the device for its addresses where it has to be asked, and
// opens.

import { messageOf } from '../errors.ts';
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
  try {
    return await openWithSubstream(main, findSource(substream, more), options);
  } catch (error) {
    options.signal.throwIfAborted();
    // Some cameras offer a small stream and then let nobody in twice. Who has named one herself shall hear of it.
    if (config.substream !== undefined) throw error;
    const alone = await main.source.open(main.url, options);
    options.onProblem(
      `Only the large stream is read, as the small one that the camera offers fails: ${messageOf(error)}`,
    );
    return alone;
  }
}
