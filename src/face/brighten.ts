// Dark faces are made as bright as the network knows them: in a dark room, at night, before a bright window. One factor for all
// colours; curves (gamma) were measured too and gained less (docs/decision.md).

/** Luminance (98th percentile in the middle of the chip) below which a face counts as dark. */
const DARK = 150;
/** The brightest parts of a face are brought up to here. */
const BRIGHT = 220;
/** More would only show the noise. */
const MOST = 8;
const PERCENTILE = 0.98;
/** Share of the chip's side that is left out at each edge: hair, background. */
const EDGE = 0.2;

/** The factor for an aligned chip of `size` × `size` × 3 bytes; 1 for a face that is bright enough. */
export function gainOf(chip: Uint8Array, size: number): number {
  const from = Math.round(size * EDGE);
  const to = size - from;
  const histogram = new Uint32Array(256);
  for (let y = from; y < to; y += 1) {
    for (let x = from, at = (y * size + from) * 3; x < to; x += 1, at += 3) {
      const luminance = 0.299 * (chip[at] ?? 0) + 0.587 * (chip[at + 1] ?? 0) + 0.114 * (chip[at + 2] ?? 0);
      const value = (luminance + 0.5) | 0;
      histogram[value] = (histogram[value] ?? 0) + 1;
    }
  }
  const rank = (to - from) ** 2 * PERCENTILE;
  let seen = 0;
  for (const [value, count] of histogram.entries()) {
    seen += count;
    if (seen >= rank) return value >= DARK ? 1 : Math.min(MOST, BRIGHT / Math.max(1, value));
  }
  return 1;
}

/** In place. */
export function brighten(chip: Uint8Array, gain: number): void {
  if (gain === 1) return;
  for (let i = 0; i < chip.length; i += 1) chip[i] = Math.min(255, (chip[i] ?? 0) * gain + 0.5);
}
