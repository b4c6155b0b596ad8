// The follower that a camera's settings ask for; the camera program and the doctor look with the same eyes.

import { createZones } from '../camera-zones.ts';
import type { CameraSettings } from '../camera-settings.ts';
import type { FaceEngine } from '../face-port.ts';
import { BY_PROFILE } from './config.ts';
import { createFollower, type Follower } from './follow.ts';
import type { Tally } from './status.ts';

/** Recordings at full speed shall give the same on every machine: then the thorough look is not made when there is time for it. */
const FAST_WIDE_MS = 500;

export function followerOf(config: CameraSettings, engine: FaceEngine, tally: Tally): Follower {
  const profile = BY_PROFILE[config.profile];
  return createFollower({
    engine,
    search: config.search ?? profile.search,
    wideShare: profile.wideShare,
    ...(config.pace === 'fast' ? { wideEveryMs: FAST_WIDE_MS } : {}),
    lookPx: config.lookPx ?? profile.lookPx,
    tiles: config.tiles,
    minFacePx: config.minFacePx,
    minQuality: config.minQuality,
    zones: createZones(config),
    tally,
  });
}
