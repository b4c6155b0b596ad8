// The font of an installed package for text in pictures, before libvips asks for fonts for the first time.

import { join } from 'node:path';

/** Where the environment names a configuration of its own, that one counts. */
export function useBundledFont(): void {
  process.env['FONTCONFIG_FILE'] ??= join(import.meta.dirname, 'fonts.conf');
}
