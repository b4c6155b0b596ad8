// The motion gate: a still scene is not searched for faces again. Works on tiny grey pictures, so a look costs microseconds.

import type { Luma } from './frame.ts';

/** `still`: nothing moved since the last frame that was looked at. `cut`: the picture shows something else altogether, so
 * nobody can be followed across. */
export type Motion = 'still' | 'moving' | 'cut';

export interface MotionGate {
  look(luma: Luma, at: number): Motion;
}

export interface MotionOptions {
  /** Grey levels that a cell must change by; compression and sensor noise stay below after averaging. */
  readonly level?: number;
  /** Cells that must change. One cell is about 1/80 of the width. */
  readonly cells?: number;
  /** A still scene is looked at again after this time. */
  readonly lookEveryMs?: number;
  /** Cells whose movement counts (1), row by row; null: all. */
  readonly mask?: (columns: number, rows: number) => Uint8Array | null;
}

/** Compares with the last frame that was let through, not with the one before: slow movement adds up until it counts. */
export function createMotionGate(options: MotionOptions = {}): MotionGate {
  const { level = 7, cells = 2, lookEveryMs = 2_000, mask } = options;
  let reference: Luma | undefined;
  let previous: Luma | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;

  return {
    look(luma, at) {
      const before = previous;
      previous = luma;
      const cut = before !== undefined && isCut(before, luma, level);
      const where = mask?.(luma.width, luma.height) ?? null;
      const moved = reference === undefined || cut || changedCells(reference, luma, level, where) >= cells;
      // A clock that was set back must not close the gate for hours.
      const due = at - lookedAt >= lookEveryMs || at < lookedAt;
      if (!moved && !due) return 'still';
      reference = luma;
      lookedAt = at;
      return cut ? 'cut' : 'moving';
    },
  };
}

/** Nearly everything has changed and nothing is alike: a camera that pans quickly has one of both, but not the other. */
function isCut(before: Luma, luma: Luma, level: number): boolean {
  if (!sameSize(before, luma)) return true;
  return correlation(before, luma) < 0.3 && changedCells(before, luma, level) > 0.55 * luma.data.length;
}

function sameSize(a: Luma, b: Luma): boolean {
  return a.width === b.width && a.height === b.height;
}

/** Cells that differ by more than `level` after the common change of brightness is taken away (a cloud is no visitor). */
function changedCells(a: Luma, b: Luma, level: number, mask: Uint8Array | null = null): number {
  const length = a.data.length;
  let sum = 0;
  let counted = 0;
  for (let i = 0; i < length; i++) {
    if (mask && mask[i] === 0) continue;
    sum += (b.data[i] ?? 0) - (a.data[i] ?? 0);
    counted++;
  }
  const shift = sum / counted;
  let changed = 0;
  for (let i = 0; i < length; i++) {
    if (mask && mask[i] === 0) continue;
    if (Math.abs((b.data[i] ?? 0) - (a.data[i] ?? 0) - shift) > level) changed++;
  }
  return changed;
}

/** Pearson correlation; 1 for two pictures without any contrast, which say nothing about a cut. */
function correlation(a: Luma, b: Luma): number {
  const n = a.data.length;
  let sa = 0;
  let sb = 0;
  let saa = 0;
  let sbb = 0;
  let sab = 0;
  for (let i = 0; i < n; i++) {
    const x = a.data[i] ?? 0;
    const y = b.data[i] ?? 0;
    sa += x;
    sb += y;
    saa += x * x;
    sbb += y * y;
    sab += x * y;
  }
  const spread = Math.sqrt((saa - (sa * sa) / n) * (sbb - (sb * sb) / n));
  return spread < n ? 1 : (sab - (sa * sb) / n) / spread;
}
