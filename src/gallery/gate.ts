// The enrolment gate: is a photo good enough to find her by, and is it hers? What nobody could be found by is refused, what is
// merely not good is taken with a warning.

import type { Face, GateCode } from '../domain.ts';
import type { GateFinding, GatePhoto, GateVerdict } from '../gallery-port.ts';
import { onlyFace } from '../main-face.ts';

/** Where a photo is warned about and where it is refused. `node bench/gate.ts` makes 21 faces of the sample photographs inside face-api
 * smaller, blurred, darker, brighter or flatter, and prints how far their templates move from those of the photos as they
 * were. Warned: by about 0.2 of dlib's 0.6, a third of what sets two persons apart. Refused: by 0.3 and more, half of it, where
 * every sighting starts far away from her. */
const LIMITS = {
  /** Pixels between the eyes: 24 moved it by 0.12, 16 by 0.22, 12 by 0.32. */
  eyes: { refuse: 12, warn: 24 },
  /** Scores of quality.ts. Sharpness 0.33: 0.26, 0.19: 0.36; below 0.15 the worker makes no stranger of a face either. */
  sharpness: { refuse: 0.15, warn: 0.4 },
  /** Contrast 0.32: 0.21, 0.13: 0.26, 0: 0.42. */
  contrast: { refuse: 0.05, warn: 0.3 },
  /** Luminance 39: 0.17, 26: 0.22, 13: 0.32. */
  dark: { refuse: 16, warn: 36 },
  /** Luminance 213: 0.19, 227: 0.29, 238: 0.38; what is burnt out does not come back. */
  bright: { refuse: 234, warn: 215 },
  /** Below that score at middling luminance one side lies in the dark; never refused, as half a face is still found. */
  light: { warn: 0.4 },
  /** By the ramps of quality.ts: turned by 45° and 57°. The refusal is also where the worker makes no stranger of a face. */
  pose: { refuse: 0.3, warn: 0.5 },
  /** Of 79 faces with a mask 36 are below, of 100 without one 1 (Face-Mask-Detection's photos). Never refused: what is measured are
   * colours, and a headband or an open mouth can look like a mask. */
  occlusion: { warn: 0.6 },
} as const;

/** Templates of one and the same shot, saved again or made a little smaller, are nearer than this share of the model's
 * threshold (0.06 for dlib; two photos of one person seldom come under 0.2). */
const SAME_SHOT = 0.1;

/** The fixed rule names most strangers as soon as some hundred persons are enrolled: somebody new is only said to look
 * like another where they are a quarter nearer than that. */
const FIXED_ALIKE = 0.75;

/** These stand whatever the operator says: there is nothing to enrol, or it is enrolled already. */
const NEVER_FORCED: ReadonlySet<GateCode> = new Set(['unreadable', 'no_face', 'several_faces', 'duplicate']);

interface Found extends GateFinding {
  readonly refuse: boolean;
}

export function judgePhoto(photo: GatePhoto): GateVerdict {
  const found = look(photo).map((finding) => {
    return { ...finding, refuse: finding.refuse && !(photo.force && !NEVER_FORCED.has(finding.code)) };
  });
  const worstFirst = [...found.filter(({ refuse }) => refuse), ...found.filter(({ refuse }) => !refuse)];
  return {
    verdict: worstFirst[0] === undefined ? 'accepted' : worstFirst[0].refuse ? 'refused' : 'warned',
    findings: worstFirst.map(({ code, message }) => ({ code, message })),
  };
}

function look(photo: GatePhoto): Found[] {
  const { unreadable, faces } = photo;
  if (unreadable !== null) return [refuse('unreadable', unreadable)];
  if (faces.length === 0) {
    return [refuse('no_face', 'No face was found: use a sharp photo that shows the face from the front.')];
  }
  const face = onlyFace(faces);
  if (face === null) {
    const message = `${faces.length} faces were found and none is clearly the one meant: cut the photo so that only the person is on it.`;
    return [refuse('several_faces', message)];
  }
  const duplicate = duplicateOf(photo);
  if (duplicate) return [duplicate];
  return [...qualityOf(face), ...identityOf(photo)];
}

function qualityOf(face: Face): Found[] {
  const { quality, pose, points } = face;
  const { luminance } = quality;
  const found: Found[] = [];
  const add = (code: GateCode, refuse: boolean, message: string) => found.push({ code, refuse, message });

  const eyes = Math.hypot(points[0][0] - points[1][0], points[0][1] - points[1][1]);
  if (eyes < LIMITS.eyes.warn) {
    const message = `The face is small, ${Math.round(eyes)} pixels between the eyes: use a photo with ${LIMITS.eyes.warn} or more, better 50.`;
    add('too_small', eyes < LIMITS.eyes.refuse, message);
  }
  if (quality.sharpness < LIMITS.sharpness.warn) {
    const message = `The face is blurred (sharpness ${share(quality.sharpness)}): use a photo that is in focus and was not enlarged.`;
    add('blurred', quality.sharpness < LIMITS.sharpness.refuse, message);
  }
  if (luminance < LIMITS.dark.warn) {
    add('dark', luminance < LIMITS.dark.refuse, 'The face is dark: use a photo with light on the face.');
  } else if (luminance > LIMITS.bright.warn) {
    const message = 'The face is over-exposed: use a photo in which the skin is not white.';
    add('over_exposed', luminance > LIMITS.bright.refuse, message);
  } else if (quality.contrast < LIMITS.contrast.warn) {
    const flat = 'The face has hardly any contrast';
    if (luminance < 128)
      add('dark', quality.contrast < LIMITS.contrast.refuse, `${flat}: use a photo with more light.`);
    else
      add('over_exposed', quality.contrast < LIMITS.contrast.refuse, `${flat}: use a photo without haze or backlight.`);
  } else if (quality.light < LIMITS.light.warn) {
    add('dark', false, 'One side of the face lies in the dark: use a photo that is lit from the front.');
  }
  if (quality.pose < LIMITS.pose.warn) {
    const [angle, where] =
      Math.abs(pose.yaw) >= Math.abs(pose.pitch)
        ? [Math.abs(pose.yaw), 'to the side']
        : [Math.abs(pose.pitch), pose.pitch > 0 ? 'up' : 'down'];
    const message = `The face is turned ${Math.round(angle)}° ${where}: use a photo that shows it from the front.`;
    add('turned_away', quality.pose < LIMITS.pose.refuse, message);
  }
  if (quality.occlusion < LIMITS.occlusion.warn) {
    add('covered', false, 'Part of the face seems to be covered: use a photo without mask, scarf or hand before it.');
  }
  return found;
}

/** One file, or one shot saved twice, says nothing new; for two persons it would make them one. */
function duplicateOf({ own, others, model }: GatePhoto): Found | undefined {
  if (own.sameFile) return refuse('duplicate', 'The person has this very photo already: use another one.');
  // A cosine distance grows with the square of the angle, a Euclidean one with the angle.
  const limit = model.threshold * (model.metric === 'cosine' ? SAME_SHOT ** 2 : SAME_SHOT);
  const same = others.find(({ pair }) => pair < limit);
  if (same) {
    const message = `This photo is enrolled for ${same.name} already: find out which of the two it shows, and use another one.`;
    return refuse('duplicate', message);
  }
  if (own.pair === null || own.pair >= limit) return undefined;
  return refuse('duplicate', 'The person has this shot already, saved anew or in another size: use another one.');
}

function identityOf({ own, others, calibration, model }: GatePhoto): Found[] {
  const found: Found[] = [];
  const [other] = others;
  const { threshold, mode } = calibration;
  // The gallery would name somebody else in this photo.
  const named = other && other.distance < threshold ? other : undefined;
  const alike = mode === 'fixed' ? FIXED_ALIKE * threshold : threshold;
  if (named && own.references === 0 && named.distance < alike) {
    const message = `The face looks like ${named.name}, who is enrolled already (distance ${far(named.distance)}, limit ${far(alike)}): check that these are two persons.`;
    found.push({ code: 'closer_to_somebody_else', refuse: false, message });
  }
  if (named && own.references > 0 && (own.distance === null || own.distance > named.distance)) {
    const hers = own.distance === null ? 'further than that' : far(own.distance);
    const message = `The face is closer to ${named.name} (distance ${far(named.distance)}, limit ${far(threshold)}) than to her own photos (${hers}): check the name; force it if it is hers, for example a twin's.`;
    // Where her own photos would be found too it is a near tie, which a human decides, and one has given the name.
    const clearly = own.distance === null || own.distance >= threshold;
    found.push({ code: 'closer_to_somebody_else', refuse: clearly, message });
  }
  if (own.pair !== null && own.pair >= model.threshold) {
    const theirs = own.references === 1 ? 'her other photo' : `any of her ${own.references} other photos`;
    const message = `The face is not like ${theirs} (distance ${far(own.pair)}, one person is under ${model.threshold}): check that all of them show her.`;
    found.push({ code: 'unlike_her_others', refuse: false, message });
  }
  return found;
}

function refuse(code: GateCode, message: string): Found {
  return { code, refuse: true, message };
}

function share(score: number): string {
  return `${Math.round(score * 100)} %`;
}

function far(distance: number): string {
  return distance.toFixed(2);
}
