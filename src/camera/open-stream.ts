// From the settings of a camera to its frames: finds the source, asks the device for its addresses where it has to be asked, and
// opens.

import type { FrameStream, Source, SourceOptions } from './frame.ts';
import { findSource } from './sources.ts';

/** Throws a KithError without credentials. `more` are sources beside those of the table. */
export async function openStream(
  config: { readonly source: string; readonly substream?: string },
  options: SourceOptions,
  more: readonly Source[] = [],
): Promise<FrameStream> {
  const asked = findSource(config.source, more);
  const device = await asked.source.resolve?.(asked.url, options.signal);
  const { source, url } = device ? findSource(device.source, more) : asked;
  // Two streams of one camera are not opened together yet: all is seen, at a higher price.
  if (config.substream !== undefined) options.onProblem('"substream" is not read: "source" is searched instead.');
  return source.open(url, options);
}
