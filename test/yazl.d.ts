// What Kith uses of yazl, which comes without types.

declare module 'yazl' {
  import type { PassThrough, Readable } from 'node:stream';

  export class ZipFile {
    readonly outputStream: PassThrough;
    addBuffer(buffer: Buffer, path: string, options?: { compress?: boolean }): void;
    addReadStream(stream: Readable, path: string, options?: { compress?: boolean }): void;
    on(event: 'error', listener: (error: Error) => void): this;
    end(): void;
  }
}
