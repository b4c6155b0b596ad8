// Draws who is enrolled, who is a known probe and who is a stranger from photos that lie in one folder a person, with a fixed seed.

import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { seeded } from './random.ts';

export interface Wish {
  /** Enrolled persons; all who have enough photos where it is undefined. */
  readonly persons?: number;
  /** Photos that somebody needs to be enrolled, and photos that are enrolled of her at most; one is always left as a probe. */
  readonly least: number;
  readonly references: number;
}

export interface Row {
  readonly role: 'enroll' | 'known' | 'unknown';
  readonly person: string;
  /** Below the folder. */
  readonly file: string;
}

/** The photos of each person. */
export type Photos = ReadonlyMap<string, readonly string[]>;

/** Everybody that the pairs files name. */
export async function personsOf(pairs: readonly string[]): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for (const file of pairs) {
    for (const line of (await readFile(file, 'utf8')).split('\n')) {
      const [one, , other, last] = line.trim().split(/\s+/);
      if (one && other) names.add(one);
      if (other && last) names.add(other);
    }
  }
  return names;
}

/** The persons of the pairs files with their photos in the folder; everybody in the folder without pairs files. */
export async function photosOf(images: string, pairs: readonly string[]): Promise<Photos> {
  const names = await personsOf(pairs);
  const photos = new Map<string, string[]>();
  for (const entry of await readdir(images, { withFileTypes: true })) {
    if (!entry.isDirectory() || (pairs.length > 0 && !names.has(entry.name))) continue;
    photos.set(
      entry.name,
      (await readdir(join(images, entry.name))).toSorted().map((file) => `${entry.name}/${file}`),
    );
  }
  return photos;
}

/** `strangers`: who may be a stranger; everybody where it is empty. */
export function draw(
  photos: Photos,
  { persons, least, references }: Wish,
  strangers: ReadonlySet<string>,
  seed: number,
) {
  const random = seeded(seed);
  const able = shuffled(
    [...photos.keys()].filter((name) => (photos.get(name)?.length ?? 0) >= least).toSorted(),
    random,
  );
  const enrolled = new Set(able.slice(0, persons ?? able.length));
  const rows: Row[] = [];
  for (const person of enrolled) {
    const own = shuffled(photos.get(person) ?? [], random);
    const count = Math.min(references, own.length - 1);
    for (const [i, file] of own.entries()) rows.push({ role: i < count ? 'enroll' : 'known', person, file });
  }
  for (const [person, files] of photos) {
    if (enrolled.has(person) || (strangers.size > 0 && !strangers.has(person))) continue;
    for (const file of files) rows.push({ role: 'unknown', person, file });
  }
  return rows;
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const all = [...items];
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const [a, b] = [all[i], all[j]];
    if (a !== undefined && b !== undefined) [all[i], all[j]] = [b, a];
  }
  return all;
}
