// How well faces are followed, beside SORT and the nearest box: on many made-up plays, and on plays with real faces.
//
//   node bench/tracking.ts [--seeds 25] [--faces ../shared/data/groups] [--people ../shared/data/lfw/images] [--plays 2] [--fps 8]
//
// `--faces`: group photos whose faces act, background.jpg among them. `--people`: other actors, a folder for each. Without these
// folders only the made-up plays are measured.

import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../src/config.ts';
import { openCodec, openEngine } from '../src/engine.ts';
import { openLog } from '../src/log.ts';
import { seeded } from './random.ts';
import { cutFaces, follow, openBackground, type Person } from './tracking-faces.ts';
import { addUp, countSteps, idf1, mota, type Counts } from './tracking-metrics.ts';
import { places, withLooks } from './tracking-ours.ts';
import { nearest, sort, type Rival } from './tracking-rivals.ts';
import { PLAYS, playOf } from './tracking-scenes.ts';
import { simulate, type SimulatedFace } from './tracking-simulated.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '25' },
    faces: { type: 'string', default: '../shared/data/groups' },
    people: { type: 'string' },
    plays: { type: 'string', default: '2' },
    fps: { type: 'string', default: '8' },
  },
});

/** The rates of the profiles, and a recording's. */
const RATES = [4, 8, 12, 25];
/** The constants were chosen on the seeds below. */
const FIRST_SEED = 101;
const FACE_PX = 75;
const PEOPLE = 40;

type Table = Map<string, Map<string, Counts[]>>;

function put(table: Table, play: string, rival: string, counts: Counts): void {
  const row = table.get(play) ?? new Map<string, Counts[]>();
  table.set(play, row);
  row.set(rival, [...(row.get(rival) ?? []), counts]);
}

function measureMadeUp(seeds: number): void {
  const table: Table = new Map();
  const byRate: Table = new Map();
  let asked = 0;
  let frames = 0;
  let faces = 0;
  let ms = 0;
  for (const name of Object.keys(PLAYS)) {
    for (const fps of RATES) {
      for (let seed = FIRST_SEED; seed < FIRST_SEED + seeds; seed++) {
        const play = simulate(name, fps, seed);
        frames += play.length;
        faces += play.reduce((sum, { detections }) => sum + detections.length, 0);
        const rivals: Record<string, Rival<SimulatedFace>> = {
          'nearest box': nearest(),
          SORT: sort(),
          'Kith, places': places(),
          'Kith, looks': withLooks((count) => (asked += count)),
        };
        for (const [rival, run] of Object.entries(rivals)) {
          const began = performance.now();
          const all = play.map(({ truths, detections, at }) => ({ truths, said: run(detections, at) }));
          if (rival === 'Kith, looks') ms += performance.now() - began;
          const counts = countSteps(all);
          put(table, name, rival, counts);
          put(byRate, `${fps} frames a second`, rival, counts);
        }
      }
    }
  }
  write(`Made up: ${seeds} plays of each kind at ${RATES.join(', ')} frames a second`);
  print(table);
  print(byRate, false);
  const [perFrame, perFace] = [asked / frames, asked / faces];
  write(`described: ${perFrame.toFixed(2)} faces a frame (${(100 * perFace).toFixed(0)} % of the faces)`);
  write(`tracker: ${((1000 * ms) / frames).toFixed(0)} µs a frame\n`);
}

async function measureFaces(): Promise<void> {
  const log = openLog({ level: 'warn' });
  const codec = openCodec();
  const engine = await openEngine(readConfig(), log);
  try {
    const background = await openBackground(codec, join(values.faces, 'background.jpg'));
    const people = values.people === undefined ? await ofGroups() : await ofFolders(values.people);
    const table: Table = new Map();
    let described = 0;
    let describedMs = 0;
    let frames = 0;
    for (const [i, name] of Object.keys(PLAYS).entries()) {
      for (let n = 0; n < Number(values.plays); n++) {
        const first = (i * 3 + n * 7) % people.length;
        const actors = [...people.slice(first), ...people.slice(0, first)];
        const play = playOf(name, seeded((n + 1) * 7_919 + i));
        const played = await follow(play, Number(values.fps), actors, background, engine);
        described += played.described;
        describedMs += played.describedMs;
        frames += played.frames.length;
        const rivals: Record<string, Rival> = { 'nearest box': nearest(), SORT: sort(), 'Kith, places': places() };
        for (const [rival, run] of Object.entries(rivals)) {
          put(
            table,
            name,
            rival,
            countSteps(played.frames.map(({ truths, detections, at }) => ({ truths, said: run(detections, at) }))),
          );
        }
        put(table, name, 'Kith, looks', countSteps(played.steps));
      }
    }
    write(`Real faces (${people.length} people), real detector, ${values.fps} frames a second`);
    print(table);
    write(
      `described: ${(described / frames).toFixed(2)} faces a frame, ${(describedMs / described).toFixed(1)} ms each\n`,
    );
  } finally {
    await engine.close();
  }

  async function ofGroups(): Promise<readonly Person[]> {
    const photos = (await readdir(values.faces)).filter((name) => /^group-\d+\.jpg$/.test(name)).toSorted();
    const people: Person[] = [];
    for (const photo of photos) {
      for (const sprite of await cutFaces(engine, codec, join(values.faces, photo), FACE_PX)) people.push([sprite]);
    }
    return people;
  }

  /** People with two photos: the second one is worn after the face was hidden. */
  async function ofFolders(folder: string): Promise<readonly Person[]> {
    const people: Person[] = [];
    for (const name of (await readdir(folder)).toSorted()) {
      if (people.length >= PEOPLE) break;
      const [one, other] = (await readdir(join(folder, name))).toSorted();
      if (one === undefined || other === undefined) continue;
      const sprites = [];
      for (const photo of [one, other])
        sprites.push(...(await cutFaces(engine, codec, join(folder, name, photo), FACE_PX)).slice(0, 1));
      const [first, second] = sprites;
      if (first && second) people.push([first, second]);
    }
    return people;
  }
}

const COLUMNS = ['', '', 'switches', 'mixed', 'fragm.', 'tracked', 'lost', 'IDF1', 'MOTA'] as const;

function print(table: Table, withTotal = true): void {
  write(COLUMNS.map((column, i) => (i < 2 ? column.padEnd(26 - i * 12) : column.padStart(9))).join(''));
  const totals = new Map<string, Counts[]>();
  for (const [play, rivals] of table) {
    for (const [rival, counts] of rivals) {
      line(play, rival, addUp(counts));
      totals.set(rival, [...(totals.get(rival) ?? []), ...counts]);
    }
  }
  if (withTotal) for (const [rival, counts] of totals) line('all', rival, addUp(counts));
}

function line(play: string, rival: string, counts: Counts): void {
  const { switches, mixed, fragmentations, people, mostlyTracked, mostlyLost } = counts;
  const cells = [
    `${switches}`,
    `${mixed}`,
    `${fragmentations}`,
    percent(mostlyTracked / people),
    percent(mostlyLost / people),
    percent(idf1(counts)),
    percent(mota(counts)),
  ];
  write(play.padEnd(26) + rival.padEnd(14) + cells.map((cell) => cell.padStart(9)).join(''));
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function write(text: string): void {
  process.stdout.write(`${text}\n`);
}

if (Number(values.seeds) > 0) measureMadeUp(Number(values.seeds));
if (Number(values.plays) > 0 && existsSync(values.faces)) await measureFaces();
