// Whom a stranger looks like: the nearest known person and the nearest other stranger, with photos to compare by.

import { certaintyOf } from '../certainty.ts';
import type { Candidate, PersonKind } from '../domain.ts';
import type { Gallery } from '../gallery-port.ts';
import type { Store } from '../store-port.ts';
import { API, round } from './json.ts';
import type { LookalikeJson } from './stranger-schemas.ts';

const NEAREST = 12;
const MOST_PROBES = 50;
const MOST_PICTURES = 3;
/** Of the threshold: above it somebody else is meant, whom one may still look at. */
const POSSIBLE = 1.15;

export interface Lookalikes {
  /** `maySee`: is this other stranger one whom the caller may see? */
  of(
    id: string,
    cameras: readonly string[] | null,
    maySee: (strangerId: string) => boolean,
  ): Promise<{ known: LookalikeJson | null; unknown: LookalikeJson | null }>;
  /** Somebody at this distance; null where she is gone, who she became where she was merged. */
  person(
    near: { personId: string; distance: number | null; referenceId?: string },
    cameras: readonly string[] | null,
  ): Promise<LookalikeJson | null>;
}

/** `gallery` is asked at each use: null until it is loaded. */
export function createLookalikes(
  store: Pick<Store, 'persons' | 'references' | 'detections' | 'strangers'>,
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
    personId: string,
    nearest: string | undefined,
    cameras: readonly string[] | null,
  ): Promise<string[]> {
    const all = await store.references.ofPerson(personId);
    const ordered = all.toSorted(
      (a, b) => Number(b.id === nearest) - Number(a.id === nearest) || b.quality - a.quality,
    );
    const pictures: string[] = [];
    for (const { id, detectionId } of ordered) {
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

  const person: Lookalikes['person'] = async ({ personId, distance, referenceId }, cameras) => {
    let found = await store.persons.get(personId);
    if (found?.mergedInto) found = await store.persons.get(found.mergedInto);
    if (!found) return null;
    const { id, name, kind } = found;
    return {
      person: { id, name, kind },
      distance: distance === null ? null : round(distance),
      certainty: certainty(distance, kind),
      pictures: await picturesOf(id, referenceId, cameras),
    };
  };

  return {
    person,
    async of(id, cameras, maySee) {
      const people = gallery();
      const probes = people?.templatesOf(id).slice(0, MOST_PROBES) ?? [];
      if (!people || probes.length === 0) return { known: null, unknown: null };
      const except = new Set([id, ...(await store.strangers.notPersons(id))]);
      const found = people.search(
        probes.map(({ vector }) => ({ vector, weight: 1 })),
        NEAREST,
        except,
      );
      const first = async (wanted: (candidate: Candidate) => boolean): Promise<LookalikeJson | null> => {
        const candidate = found.find(wanted);
        return candidate ? person(candidate, cameras) : null;
      };
      return {
        known: await first(({ personId }) => people.kindOf(personId) === 'known'),
        unknown: await first(({ personId }) => people.kindOf(personId) === 'unknown' && maySee(personId)),
      };
    },
  };
}
