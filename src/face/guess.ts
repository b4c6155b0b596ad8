// A face that was not found where one is said to be: it may still be recognised, from the place where faces usually are.

import type { Box, Face } from '../domain.ts';

/** Cameras cut shots twice as wide as the face; photos of one person are alike. */
const SHARE_OF_SHOT = 0.5;

/** The box of the face in a shot that is cut around it. */
export function middleOf(width: number, height: number): Box {
  const side = Math.min(width, height) * SHARE_OF_SHOT;
  return [(width - side) / 2, (height - side) / 2, side, side];
}

/** Its quality is 0: nobody new is made of it, and it counts nothing beside other shots of its track. */
export function guessedFace(box: Box): Face {
  const [x, y, w, h] = box;
  const at = (dx: number, dy: number) => [x + w * dx, y + h * dy] as const;
  return {
    box,
    score: 0,
    points: [at(0.3, 0.35), at(0.7, 0.35), at(0.5, 0.55), at(0.35, 0.78), at(0.65, 0.78)],
    pose: { yaw: 0, pitch: 0, roll: 0 },
    quality: {
      size: 0,
      sharpness: 0,
      light: 0,
      contrast: 0,
      pose: 0,
      occlusion: 0,
      total: 0,
      reason: 'pose',
      luminance: 0,
      eyes: 0,
      mouth: 0,
    },
    guessed: true,
  };
}
