// Which of a device's profiles the shots are cut from, and which smaller one is searched for faces.

import type { OnvifProfile } from './onvif-device.ts';

// Narrower pictures show too little of a face to find it.
const NARROWEST = 640;
// Of width to height: closer ones show the same part of the scene.
const SAME_SHAPE = 0.03;

/** `token`: the profile that the address names. Null where there is none, or none of that name. */
export function chooseProfiles(
  profiles: readonly OnvifProfile[],
  token: string | null,
): { readonly main: OnvifProfile; readonly sub: OnvifProfile | null } | null {
  const first = profiles[0];
  const named = profiles.find((profile) => profile.token === token || profile.name === token);
  // Without a name the first lens is meant: the others are cameras of their own.
  const main = token === null ? profiles.filter(({ lens }) => lens === first?.lens).toSorted(largestFirst)[0] : named;
  if (!main) return null;
  const smaller = profiles
    .filter((profile) => profile.lens === main.lens && profile.width >= NARROWEST && area(profile) < area(main))
    .toSorted((a, b) => area(a) - area(b));
  return { main, sub: smaller.find((profile) => isSameShape(profile, main)) ?? smaller[0] ?? null };
}

function largestFirst(a: OnvifProfile, b: OnvifProfile): number {
  return area(b) - area(a) || b.fps - a.fps;
}

function area({ width, height }: OnvifProfile): number {
  return width * height;
}

function isSameShape(a: OnvifProfile, b: OnvifProfile): boolean {
  return Math.abs((a.width / a.height) * (b.height / b.width) - 1) < SAME_SHAPE;
}
