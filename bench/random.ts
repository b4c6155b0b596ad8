// Made-up numbers, always the same ones.

/** Lehmer's generator, 0..1: enough for numbers that only have to differ. */
export function seeded(seed: number): () => number {
  // The first numbers of small seeds are small: begin somewhere else.
  let state = (seed * 2_654_435_761) % 2_147_483_647 || 1;
  const next = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  next();
  return next;
}

/** Templates with the length of dlib's. */
export function randomTemplates(count: number, dimensions: number, seed = 1): readonly Float32Array[] {
  const next = seeded(seed);
  return Array.from({ length: count }, () => Float32Array.from({ length: dimensions }, () => (next() - 0.5) * 0.42));
}
