// Whom a stranger looks like: the nearest known person and the nearest other stranger, with photos to compare by.

import { certaintyOf } from '../certainty.ts';
import type { PersonKind } from '../domain.ts';
import type { Gallery } from '../gallery-port.ts';
import type { Store } from '../store-port.ts';
import type { Comparable } from '../stranger-port.ts';
import { API, round } from './json.ts';
import type { LookalikeJson } from './stranger-schemas.ts';

const NEAREST = 12;
const MOST_PROBES = 50;
const MOST_PICTURES = 3;
/** Of the threshold: above it somebody else is meant, whom one may still look at. */
const POSSIBLE = 1.15;

export interface Near {
  readonly personId: string;
  readonly distance: number | null;
  readonly referenceId?: string;
}

export interface Lookalikes {
  /** The nearest ones, as the gallery has them. `except`: persons that she is not. `maySee`: is this other stranger one whom the caller
   * may see? */
  of(
    id: string,
    except: readonly string[],
    maySee: (strangerId: string) => boolean,
  ): { readonly known: Near | null; readonly unknown: Near | null };
  /** All of a page at once; `null` is who is gone. Of whoever was merged, who she became. */
  describe(
    all: readonly Near[],
    cameras: readonly string[] | null,
  ): Promise<(near: Near | null) => Promise<LookalikeJson | null>>;
}

/** `gallery` is asked at each use: null until it is loaded. */
export function createLookalikes(
  store: Pick<Store, 'detections' | 'strangers'>,
  gallery: () => Gallery | null,
): Lookalikes {
  function certainty(distance: number | null, kind: PersonKind): LookalikeJson['certainty'] {
    const calibration = gallery()?.calibration;
    if (!calibration || distance === null) return 'possible';
    const threshold = kind === 'known' ? calibration.threshold : calibration.strangerThreshold;
    if (distance < threshold) return certaintyOf(distance, threshold);
    return distance < threshold * POSSIBLE ? 'possible' : 'unlikely';
  }

  async function picturesOf(
    references: Comparable['references'],
    nearest: string | undefined,
    cameras: readonly string[] | null,
  ): Promise<string[]> {
    const pictures: string[] = [];
    for (const { id, detectionId } of references.toSorted(
      (a, b) => Number(b.id === nearest) - Number(a.id === nearest),
    )) {
      if (pictures.length === MOST_PICTURES) break;
      // A reference that a camera took is a picture of that camera.
      if (cameras !== null && detectionId !== null) {
        const detection = await store.detections.get(detectionId);
        if (!detection || !cameras.includes(detection.cameraId)) continue;
      }
      pictures.push(`${API}/references/${encodeURIComponent(id)}/picture`);
    }
    return pictures;
  }

  return {
    of(id, except, maySee) {
      const people = gallery();
      const probes = people?.templatesOf(id).slice(0, MOST_PROBES) ?? [];
      if (!people || probes.length === 0) return { known: null, unknown: null };
      const found = people.search(
        probes.map(({ vector }) => ({ vector, weight: 1 })),
        NEAREST,
        new Set([id, ...except]),
      );
      return {
        known: found.find(({ personId }) => people.kindOf(personId) === 'known') ?? null,
        unknown: found.find(({ personId }) => people.kindOf(personId) === 'unknown' && maySee(personId)) ?? null,
      };
    },

    async describe(all, cameras) {
      const found = await store.strangers.toCompare(all.map(({ personId }) => personId));
      return async (near) => {
        const person = near && found.get(near.personId);
        if (!person) return null;
        const { id, name, kind, references } = person;
        const { distance, referenceId } = near;
        return {
          person: { id, name, kind },
          distance: distance === null ? null : round(distance),
          certainty: certainty(distance, kind),
          pictures: await picturesOf(references, referenceId, cameras),
        };
      };
    },
  };
}
