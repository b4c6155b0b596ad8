// The panel's page as it was built last: kept in memory, and read anew when the file is another one, as it may be built while Kith runs.

import { readFile, stat } from 'node:fs/promises';

export interface PanelPage {
  /** With the styles' nonce filled in; null: it is not built. */
  withNonce(nonce: string): Promise<string | null>;
}

export function createPanelPage(file: string): PanelPage {
  let known: { readonly version: string; readonly parts: readonly string[] } | null = null;

  async function partsNow(): Promise<readonly string[] | null> {
    try {
      const { ino, size, mtimeMs } = await stat(file);
      const version = [ino, size, mtimeMs].join();
      if (known?.version !== version) {
        known = { version, parts: (await readFile(file, 'utf8')).split('nonce=""') };
      }
      return known.parts;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return null;
    }
  }

  return {
    async withNonce(nonce) {
      const parts = await partsNow();
      return parts && parts.join(`nonce="${nonce}"`);
    },
  };
}
