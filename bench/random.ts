// Made-up templates with the length of dlib's, always the same ones.

export function randomTemplates(count: number, dimensions: number, seed = 1): readonly Float32Array[] {
  let state = seed;
  const next = () => {
    // Lehmer's generator: enough for numbers that only have to differ.
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647 - 0.5;
  };
  return Array.from({ length: count }, () => Float32Array.from({ length: dimensions }, () => next() * 0.42));
}
