// What to change about the place of a camera, its lens and its light, from what is wrong with the faces.

import type { Examination, FixedFace } from './camera-examination.ts';
import { GOOD_FACE_PX, percent } from './camera-findings.ts';
import { at, placeOf, placesOf, spanOf } from './camera-places.ts';
import type { QualityReason } from './domain.ts';

export interface Change {
  readonly says: string;
  /** Share of the faces that it would save, about. */
  readonly weight: number;
}

/** A reason that spoils this share of the faces is worth doing something about. */
const WORTHWHILE = 0.1;
const SOME = 0.05;
const STEEP_DEGREES = 20;
const VERY_STEEP_DEGREES = 30;
const SIDEWAYS_DEGREES = 25;
const SIDEWAYS_SHARE = 0.4;
const SMALL_PX = 40;

export function forFaces(exam: Examination): Change[] {
  const { day, faces } = exam;
  if (day.faces === 0) return [];
  const lost = (reason: QualityReason): number => day.unusable[reason] / day.faces;
  return [
    ...forAngle(exam, lost('pose')),
    ...forSize(exam, lost('size')),
    ...forSharpness(exam, lost('sharpness')),
    ...forLight(exam, lost('light')),
    ...forContrast(lost('contrast')),
    ...forCover(exam, lost('occlusion')),
    ...faces.fixed.map((one) => ({ says: forFixed(one), weight: one.unmoving ? 0.6 : 0.3 })),
  ];
}

function forAngle({ faces, derived }: Examination, lost: number): Change[] {
  const { pitch, yaw, toLeft, toRight } = faces;
  const changes: Change[] = [];
  if (pitch !== null && Math.abs(pitch) >= (lost < SOME ? VERY_STEEP_DEGREES : STEEP_DEGREES)) {
    const above = pitch < 0;
    changes.push({
      says: `Mount the camera ${above ? 'lower' : 'higher'}, or further away from where people pass: faces are seen ${Math.round(Math.abs(pitch))}° from ${above ? 'above' : 'below'}. 15° do no harm: a camera 1 m ${above ? 'above' : 'below'} the faces is far enough away at 4 m.`,
      weight: lost + 0.05,
    });
  }
  const sideways = toLeft + toRight;
  if (lost >= SOME && sideways >= SIDEWAYS_SHARE && Math.min(toLeft, toRight) > sideways / 4) {
    changes.push({
      says: `Mount the camera where people come towards it, at the end of their way instead of beside it: they cross the picture and ${percent(sideways)} of the faces are seen from the side.`,
      weight: lost + 0.04,
    });
  } else if (lost >= SOME && yaw !== null && Math.abs(yaw) >= SIDEWAYS_DEGREES) {
    const side = yaw > 0 ? 'right' : 'left';
    changes.push({
      says: `Move the camera to the ${side}, as its picture shows it: faces are turned ${Math.round(Math.abs(yaw))}° to that side. 15° do no harm.`,
      weight: lost + 0.04,
    });
  }
  // Heads turn now and then: that needs no remedy as long as everybody is recognised.
  const much = (derived.usableTrackShare ?? 1) < 0.8 ? WORTHWHILE : 2 * WORTHWHILE;
  if (changes.length === 0 && lost >= much) {
    changes.push({
      says: `Give people something to look at right beside the camera (a sign, a screen, the door's handle): ${percent(lost)} of the faces are turned away, though others look straight at it.`,
      weight: lost,
    });
  }
  return changes;
}

function forSize(exam: Examination, lost: number): Change[] {
  const px = exam.derived.medianFacePx;
  if (px === null || (lost < WORTHWHILE && px >= SMALL_PX)) return [];
  return [{ says: larger(exam, exam.faces.small.px ?? px), weight: lost + 0.03 }];
}

/** How faces of `px` become larger with this kind of camera. */
export function larger({ day, stream }: Examination, px: number): string {
  const size = `${day.width}×${day.height}`;
  const small = `faces are typically ${Math.round(px)} px large, ${GOOD_FACE_PX} px or more would be good`;
  const share = spanOf(day.facesAt);
  const [main] = placesOf(day.facesAt, 0);
  if (Math.max(day.width, day.height) < 1_280 && stream.kind !== 'photos') {
    if (stream.kind === 'device') {
      return `Ask the camera for a larger picture (like v4l2:/dev/video0?size=1920x1080), or bring it nearer: this one is ${size} and ${small}.`;
    }
    if (stream.kind === 'recording') return `Record with more pixels, or nearer: this picture is ${size} and ${small}.`;
    return `Use the camera's main stream, not the small one (its address often ends in another number or in "main"): this one is ${size} and ${small}.`;
  }
  const where =
    main && share > 0 && share < 0.25 ? ` All faces are ${at(main.place)}: the rest of the picture is not needed.` : '';
  return `Zoom in, or bring the camera nearer to where people pass: in this picture of ${size} ${small}.${where}`;
}

function forSharpness({ faces: { blurred } }: Examination, lost: number): Change[] {
  if (lost < WORTHWHILE) return [];
  const says =
    blurred.moving > blurred.still
      ? `Set a shorter exposure time (shutter 1/100 s or less) and give the place more light for it: ${percent(lost)} of the faces are smeared while they move.`
      : `Focus the lens on the place where people pass, wipe it, and look whether the stream has bits enough (2 Mbit/s at 1280×720): ${percent(lost)} of the faces are blurred although they hardly move.`;
  return [{ says, weight: lost }];
}

function forLight({ faces: { lit, luminance } }: Examination, lost: number): Change[] {
  if (lost < WORTHWHILE) return [];
  const most = Math.max(lit.dark, lit.backlit, lit.bright, lit.uneven);
  const level = luminance === null ? '' : ` (typically ${Math.round(luminance)} of 255)`;
  if (most === lit.backlit) {
    return [
      {
        says: `Turn the camera away from the window or the open door behind people, put a light on its own side, or switch on its backlight compensation (WDR): faces are dark before a bright background${level}.`,
        weight: lost,
      },
    ];
  }
  if (most === lit.dark) {
    return [{ says: `Bring more light onto the faces: ${percent(lost)} of them are too dark${level}.`, weight: lost }];
  }
  const says =
    most === lit.bright
      ? `Lower the exposure, or keep lamp and sun off the faces: ${percent(lost)} of them are too bright${level}.`
      : `Add a light from the other side: ${percent(lost)} of the faces are lit from one side only.`;
  return [{ says, weight: lost }];
}

function forContrast(lost: number): Change[] {
  if (lost < WORTHWHILE) return [];
  return [
    {
      says: `Wipe the lens or its dome, and look whether the camera's own lamp shines back from it: ${percent(lost)} of the faces have too little contrast, as in fog.`,
      weight: lost,
    },
  ];
}

function forCover({ faces: { covered } }: Examination, lost: number): Change[] {
  if (lost < WORTHWHILE) return [];
  const says =
    covered.atEdge > covered.inside
      ? `Turn the camera so that people pass through the middle: ${percent(lost)} of the faces are cut off by the edge of the picture.`
      : `Look at the picture for what hides faces, or is none: ${percent(lost)} of them are covered by something (masks, caps, plants, a pattern that looks like a face).`;
  return [{ says, weight: lost }];
}

function forFixed({ box, seconds: lasted, unmoving }: FixedFace): string {
  const [x, y, w, h] = box;
  const [left, top, right, bottom] = [x - w / 2, y - h / 2, x + 1.5 * w, y + 1.5 * h];
  const zone = `"exclude": [[${[corner(left, top), corner(right, top), corner(right, bottom), corner(left, bottom)].join(', ')}]]`;
  const where = at(placeOf(x + w / 2, y + h / 2));
  return unmoving
    ? `If that is a poster or a screen, leave it out: a face ${where} was there for ${Math.round(lasted)} s and did not move at all. Setting of the camera: ${zone}`
    : `If that is a screen or an advertisement, leave it out: ${where} there was a face for ${Math.round(lasted)} s that could never be used. Setting of the camera: ${zone}`;
}

/** Of a polygon, inside the picture. */
function corner(x: number, y: number): string {
  return `[${[x, y].map((value) => Math.min(1, Math.max(0, value)).toFixed(2)).join(', ')}]`;
}
