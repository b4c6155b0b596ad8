// Another size for a small picture: the stand-in for what a camera's large stream did not give in time.

import type { Raster } from '../domain.ts';

/** Bilinear. */
export function resize({ width, height, data }: Raster, to: { width: number; height: number }): Raster {
  if (to.width === width && to.height === height) return { width, height, data };
  const out = new Uint8Array(to.width * to.height * 3);
  for (let y = 0, at = 0; y < to.height; y++) {
    const v = Math.min(height - 1, Math.max(0, ((y + 0.5) * height) / to.height - 0.5));
    const [top, down] = [Math.floor(v), v % 1];
    const bottom = Math.min(height - 1, top + 1);
    for (let x = 0; x < to.width; x++) {
      const u = Math.min(width - 1, Math.max(0, ((x + 0.5) * width) / to.width - 0.5));
      const [left, across] = [Math.floor(u), u % 1];
      const right = Math.min(width - 1, left + 1);
      for (let colour = 0; colour < 3; colour++, at++) {
        const pixel = (px: number, py: number): number => data[(py * width + px) * 3 + colour] ?? 0;
        const above = pixel(left, top) * (1 - across) + pixel(right, top) * across;
        const below = pixel(left, bottom) * (1 - across) + pixel(right, bottom) * across;
        out[at] = Math.round(above * (1 - down) + below * down);
      }
    }
  }
  return { ...to, data: out };
}
