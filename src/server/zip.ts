// The only file that imports yazl: a ZIP archive that is written while it is sent, entry by entry.

import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';

export interface ZipWriter {
  /** The archive's bytes. */
  readonly stream: Readable;
  /** Resolves once the reader has taken it all, so that nothing piles up in memory. Rejects when the reader has gone. */
  add(
    path: string,
    content: Uint8Array | string | AsyncIterable<string>,
    options?: { compress?: boolean },
  ): Promise<void>;
  end(): void;
  /** The reader sees a broken archive, not a short one. */
  fail(error: Error): void;
}

export function openZip(): ZipWriter {
  const zip = new ZipFile();
  const stream = zip.outputStream;
  const gone = new AbortController();
  stream.on('close', () => gone.abort());
  // Without a listener an error would end the process; whoever reads hears of it.
  stream.on('error', () => undefined);
  zip.on('error', (error: Error) => stream.destroy(error));
  return {
    stream,
    async add(path, content, { compress = true } = {}) {
      gone.signal.throwIfAborted();
      const chunks = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
      const entry = Readable.from(bytesOf(chunks));
      zip.addReadStream(entry, path, { compress });
      await finished(entry, { signal: gone.signal });
    },
    end: () => zip.end(),
    fail: (error) => void stream.destroy(error),
  };
}

async function* bytesOf(chunks: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>) {
  for await (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk);
}
