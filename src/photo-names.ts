// Which files of an import are photos and whom they show, by their paths: command line and panel go by the same rule. Runs in
// browsers too, so it imports nothing of Node.

/** What the API takes; more is not read into memory. */
export const MOST_BYTES = 20 * 1024 * 1024;

/** Why there is no picture to send: kept on the record of an import. */
export const TOO_LARGE = `The file is larger than ${MOST_BYTES / 1024 / 1024} MB: make the photo smaller.`;
export const ENCRYPTED = 'The entry is encrypted: pack it without a password.';
export const LEADS_OUT = 'The entry has a path that leads out of the archive: pack the folders anew.';
export const PACKED_ODDLY = 'The entry is packed in an uncommon way: pack it as ordinary ZIP (deflate).';

export function damaged(why: string): string {
  return `The entry is damaged (${why}): pack the photo anew.`;
}

/** HEIC cannot be read, but is surely meant as a photo: it is refused with a sentence instead of being passed over. */
const PHOTO = /\.(jpe?g|png|webp|avif|gif|tiff?|bmp|hei[cf])$/i;

/** By its name; what macOS and others put beside photos is none. */
export function isPhoto(path: string): boolean {
  const parts = path.split('/');
  return PHOTO.test(path) && !(parts.at(-1) ?? '').startsWith('.') && !parts.includes('__MACOSX');
}

/** The folder that a photo is in is named for the person; without one the photo is. `_` stands for a space. */
export function nameOf(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const file = parts.at(-1) ?? '';
  const raw = parts.at(-2) ?? (file.lastIndexOf('.') > 0 ? file.slice(0, file.lastIndexOf('.')) : file);
  return raw.replaceAll('_', ' ').trim();
}
