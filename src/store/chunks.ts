// Long lists of ids in pieces: both databases take a few thousand parameters; this is well below.

const IDS_AT_ONCE = 500;

export function* chunksOf(ids: readonly string[]): Generator<string[]> {
  for (let start = 0; start < ids.length; start += IDS_AT_ONCE) yield ids.slice(start, start + IDS_AT_ONCE);
}
