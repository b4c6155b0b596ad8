// Networks as the stages see them, and what templates of a model mean. Imports nothing.

export interface Tensor {
  readonly data: Float32Array | Uint8Array | Int32Array | BigInt64Array;
  readonly dims: readonly number[];
}

/** One network, loaded and warm. */
export interface Network {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
  close(): Promise<void>;
}

export type Metric = 'euclidean' | 'cosine';
/** `dlib5`: two eyes' corners and the point under the nose into 150×150. `arcface5`: eyes, nose, mouth into 112×112. */
export type AlignmentTemplate = 'dlib5' | 'arcface5';

/** What the rest of Kith needs to know about the network that makes templates. */
export interface EmbedderInfo {
  /** Name and content hash, for example `dlib-resnet-v1@5f3c1a2b`: templates of different ids are never compared. */
  readonly id: string;
  readonly dimensions: number;
  readonly metric: Metric;
  /** Distance under which the model's author calls two faces the same (0.6 for dlib). Cosine distance is 1 − cos. */
  readonly threshold: number;
  /** What strangers' distances look like for this model; without it only the own gallery can tell. */
  readonly prior?: DistancePrior;
}

/** How near the nearest person of a gallery comes to a stranger, by the gallery's rule (gallery/score.ts), measured once for a model
 * on people that it was not trained on. */
export interface DistancePrior {
  /** Mean squared distance of a probe to its three nearest other persons, unit-length templates. */
  readonly neighbourhood: number;
  /** The same for a neighbour who is not there, in a gallery of fewer than four persons. */
  readonly missing: number;
  /** Share of strangers that are nearer than this distance; by rate, largest first. */
  readonly tail: readonly (readonly [rate: number, distance: number])[];
}

export type Profile = 'small' | 'balanced' | 'accurate';
