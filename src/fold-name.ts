// How names are compared, of people and of groups: without case, and alike when they look alike. Imports nothing.

/** NFKC and lower case: "ＡＮＮ" and "ann" are the same name. */
export function foldName(name: string): string {
  return name.normalize('NFKC').toLowerCase().normalize('NFKC');
}
