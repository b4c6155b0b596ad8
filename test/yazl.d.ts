// What the tests use of yazl, which comes without types.

declare module 'yazl' {
  import type { Readable } from 'node:stream';

  export class ZipFile {
    readonly outputStream: Readable;
    addBuffer(buffer: Buffer, path: string, options?: { compress?: boolean }): void;
    end(): void;
  }
}
