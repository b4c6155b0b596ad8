// Shot in, decision out: the way of the data on one screen. The stages are handed over as ports and know nothing of each other;
// the worker, the API and the command line all come this way from a picture to a match.
//
//   picture ─▶ engine.analyse ─▶ faces with templates ─▶ gallery.search ─▶ candidates ─▶ decide ─▶ match
//
//   the worker  (journal/): one shot, one face:  analyse ─▶ find ─▶ store.detections.settle, and again when it is stale
//   the API     (server/):  a photo, all faces:  analyse ─▶ match
//   the commands:           identify

import type { Candidate, Face, Match, PersonKind } from './domain.ts';
import type { AnalyseOptions, Analysis, FaceEngine } from './face-port.ts';
import type { Calibration, Gallery, Probe } from './gallery-port.ts';

/** Who is meant, given the nearest persons, nearest first: gallery/decide.ts. */
export type Decide = (
  candidates: readonly Candidate[],
  kindOf: (personId: string) => PersonKind | undefined,
  calibration: Calibration,
) => Match;

/** A match and the version of the gallery that the search has seen. */
export interface Finding {
  readonly match: Match;
  readonly galleryVersion: number;
}

export interface Pipeline {
  /** Searches what the gallery holds right now; several probes are shots of one face, and `except` are persons that it is not. Throws
   * KithError `invalid` on a template of another model. */
  readonly find: (probe: Float32Array | readonly Probe[], except?: ReadonlySet<string>) => Finding;
  /** Brings the gallery up to date before: whoever was enrolled a moment ago is found. */
  readonly match: (template: Float32Array) => Promise<Match>;
  /** All faces of a photo, best first, each with its match. KithError `invalid` when the bytes are no picture. */
  identify(
    picture: Uint8Array,
    options?: AnalyseOptions,
    signal?: AbortSignal,
  ): Promise<{ analysis: Analysis; people: readonly { face: Face; match: Match }[] }>;
}

export interface PipelineParts {
  readonly engine: Pick<FaceEngine, 'analyse' | 'embedder'>;
  readonly gallery: Pick<Gallery, 'search' | 'kindOf' | 'sync' | 'version' | 'calibration'>;
  readonly decide: Decide;
}

export function createPipeline({ engine, gallery, decide }: PipelineParts): Pipeline {
  function find(probe: Float32Array | readonly Probe[], except?: ReadonlySet<string>): Finding {
    const candidates = gallery.search(probe, 2, except);
    const match = decide(candidates, (id) => gallery.kindOf(id), gallery.calibration);
    return { match, galleryVersion: gallery.version };
  }

  return {
    find,
    async match(template) {
      await gallery.sync();
      return find(template).match;
    },
    async identify(picture, options, signal) {
      const analysis = await engine.analyse(picture, { ...options, template: true }, signal);
      await gallery.sync();
      const people = analysis.faces.flatMap((face) =>
        face.template === undefined ? [] : [{ face, match: find(face.template).match }],
      );
      return { analysis, people };
    },
  };
}
