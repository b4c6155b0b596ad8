// The rule in force as the report tries it: the gallery itself, and the same rule over a few templates only.

import type { Calibration, Gallery, GalleryEntry } from './gallery-port.ts';
import type { EmbedderInfo } from './model-port.ts';
import type { Store } from './store-port.ts';
import type { ReportRule, ScorerEntry } from './evaluate/report-types.ts';
import { createCentroids } from './gallery/centroids.ts';
import { decide } from './gallery/decide.ts';
import type { People } from './gallery/people.ts';
import { createReferences } from './gallery/references.ts';

export async function reportRule(
  gallery: Gallery,
  store: Pick<Store, 'references'>,
  embedder: EmbedderInfo,
): Promise<ReportRule> {
  await gallery.sync();
  const { calibration } = gallery;
  const empty = (simd: boolean): People =>
    calibration.mode === 'fixed' ? createReferences(embedder, { simd }) : createCentroids(embedder, { simd });
  return {
    // The textbook's rule is about the model's raw numbers, which the gallery does not hand out.
    gallery: calibration.mode === 'fixed' ? rawGallery((await store.references.entries(embedder.id)).entries) : gallery,
    over: createScratch(empty(false), embedder.dimensions),
    decide: (candidates) => decide(candidates, (personId) => gallery.kindOf(personId), calibration).decision,
    threshold: calibration.threshold,
    source: sourceOf(calibration),
    target: calibration.falseNamesIn,
    model: embedder.id,
  };

  function rawGallery(entries: readonly GalleryEntry[]): ReportRule['gallery'] {
    const byPerson = Map.groupBy(entries, ({ personId }) => personId);
    const people = filled(empty(true), entries);
    return {
      search: (template, k, except) => people.search(template, k, except),
      templatesOf: (personId) => byPerson.get(personId) ?? [],
    };
  }
}

function filled(people: People, entries: readonly ScorerEntry[]): People {
  for (const entry of entries) people.put({ kind: 'known', ...entry });
  return people;
}

/** Nobody, who keeps the scratch gallery from giving its memory back each time it is emptied. */
const NOBODY = '';

/** Galleries of a few people are made by the thousand: in one place, as a new one would take megabytes each time, and without
 * codes, which would take longer to make than to do without. */
function createScratch(people: People, dimensions: number): ReportRule['over'] {
  people.put({ referenceId: NOBODY, personId: NOBODY, kind: 'known', vector: new Float32Array(dimensions).fill(1) });
  let held: readonly ScorerEntry[] = [];
  return (entries) => {
    for (const { referenceId } of held) people.remove(referenceId);
    held = entries;
    filled(people, entries);
    return { search: (template, k, except) => people.search(template, k, new Set([NOBODY, ...(except ?? [])])) };
  };
}

/** In words. */
function sourceOf({ source, falseNamesIn, persons, references, shift }: Calibration): string {
  if (source === 'fixed') return 'fixed, the same for every gallery';
  const wish = `chosen for at most one false name in ${falseNamesIn ?? 0} sightings of strangers`;
  if (source === 'prior') {
    return `${wish}, from what is known of the model; with twenty people the own gallery begins to count`;
  }
  const moved = shift === 0 ? '' : `, which moved it by ${shift > 0 ? '+' : '−'}${Math.abs(shift).toFixed(3)}`;
  return `${wish}, from what is known of the model and the own gallery (${persons} people, ${references} photos${moved})`;
}
