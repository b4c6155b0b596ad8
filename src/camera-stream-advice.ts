// What to change about the stream and the machine, and what to try when nobody was seen.

import type { Examination } from './camera-examination.ts';
import { larger, type Change } from './camera-face-advice.ts';
import { decimal, GOOD_FACE_PX, many, percent, seconds } from './camera-findings.ts';

const FEW_FRAMES = 5;
const SLOW_MS = 500;
const DARK = 45;
const EVEN_SPREAD = 12;

export function forNobody(exam: Examination): Change[] {
  const { day, closer, light, settings, stream } = exam;
  if (day.faces > 0) return [];
  const changes: Change[] = [];
  if (light && light.spread < EVEN_SPREAD) {
    changes.push({
      says: 'Look whether something covers the lens: the picture shows an even surface and nothing else.',
      weight: 4,
    });
  }
  if (light && light.mean < DARK) {
    changes.push({
      says: `Switch on a light or the camera's night mode: the picture is nearly black (${Math.round(light.mean)} of 255).`,
      weight: 3,
    });
  }
  if (closer && closer.faces > 0 && closer.medianPx !== null) {
    const px = Math.round(closer.medianPx);
    const found = `A closer look at ${many(closer.pictures, 'picture')} found ${many(closer.faces, 'face')} of typically ${px} px`;
    const says =
      px >= GOOD_FACE_PX / 2
        ? `${found}: set "search": "far" for this camera${settings.tiles === 1 ? ', or "tiles": 2 in a wide scene' : ''}, and watch again.`
        : `${found}, which is too small. ${larger(exam, px)}`;
    changes.push({ says, weight: 2 });
  }
  if (exam.glimpses > 0) {
    changes.push({
      says: `Let people come towards the camera more slowly, nearer, or facing it: ${times(exam.glimpses)} there was something like a face, too briefly or too unclearly to be followed.`,
      weight: 1.5,
    });
  }
  if (stream.kind !== 'photos' && stream.kind !== 'recording') {
    changes.push({
      says: `Walk past the camera as people will, looking ahead, while it is watched again (--seconds 120). In this picture a face should be ${percent(GOOD_FACE_PX / Math.max(1, day.height))} of the height or more.`,
      weight: 1,
    });
  } else {
    changes.push({
      says: 'Try it with a recording in which people come towards the camera and look ahead.',
      weight: 1,
    });
  }
  return changes;
}

export function forStream({ stream, derived, settings, seconds: watched }: Examination): Change[] {
  const { kind, frameRate, nominalRate, burstShare, longestGapMs, breaks } = stream;
  const changes: Change[] = [];
  const rateIsFine = nominalRate === null || frameRate === null || frameRate > nominalRate * 0.7;
  if (kind !== 'photos' && frameRate !== null && frameRate < FEW_FRAMES && rateIsFine) {
    changes.push({
      says: `Set the camera to 10 frames a second or more: it gives ${decimal(frameRate)}, and somebody who walks past is then seen only a few times.`,
      weight: 0.25,
    });
  }
  if (!rateIsFine && frameRate !== null && nominalRate !== null) {
    changes.push({
      says: `Look after the network (cable instead of radio) or the light: ${decimal(frameRate)} frames a second come of the ${decimal(nominalRate)} that the stream names. Many cameras slow down in the dark.`,
      weight: 0.2,
    });
  }
  if (kind === 'playlist' || ((burstShare ?? 0) > 0.6 && (longestGapMs ?? 0) > 1_000)) {
    changes.push({
      says: `Take an rtsp:// address of this camera if it has one: its pictures come in pieces of some seconds, so a door would open that much later.`,
      weight: 0.15,
    });
  }
  if (breaks.length > 0) {
    changes.push({
      says: `Look after power and network of the camera: the stream broke ${times(breaks.length)} in ${Math.round(watched)} s (${breaks[0] ?? ''})`,
      weight: 0.5,
    });
  }
  // Half, not 95 %: the search for small faces takes its time now and then, and is meant to.
  const { lookDelayP50 } = derived;
  if (kind !== 'photos' && lookDelayP50 !== null && lookDelayP50 > SLOW_MS) {
    const profile = settings.profile === 'small' ? '' : 'Set "profile": "small" for this camera, or take a machine';
    changes.push({
      says: `${profile === '' ? 'Take a machine' : profile} with more cores: half of the frames are searched ${seconds(lookDelayP50)} after they came or later, and what happens meanwhile is not seen.`,
      weight: 0.35,
    });
  }
  return changes;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
