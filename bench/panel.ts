// The panel in a real browser: how soon the first view can be used, how soon an event is on the screen, and how current four live tiles are.
//
//   node bench/panel.ts [--seconds 20] [--events 40] [--videos ../shared/data/video] [--json]

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openOutput } from '../src/commands/output.ts';
import { openPanel, seedLog, somePeople, until, type Panel } from '../test/panel-kit.ts';
import { shotForm, temporaryFolder } from '../test/program.ts';
import { quantile } from './median.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    events: { type: 'string', default: '40' },
    videos: { type: 'string', default: join(import.meta.dirname, '..', '..', 'shared', 'data', 'video') },
    json: { type: 'boolean', default: false },
  },
});
const CLIPS = ['asl-walk.mkv', 'asl-school.mkv', 'asl-yes.mkv', 'asl-again.mkv'].map((file) =>
  join(values.videos, file),
);
const ROUNDS = 7;
const SAMPLE_MS = 100;
/** Of /proc: 100 a second on every Linux that we know. */
const TICKS = 100;

const output = openOutput(values.json);
const rows: { readonly what: string; readonly value: string }[] = [];
const add = (what: string, value: string) => {
  rows.push({ what, value });
  output.say(`${what.padEnd(48)} ${value}`);
};

const folder = await temporaryFolder();
const cameras = CLIPS.filter((clip) => existsSync(clip)).map((clip, i) => ({
  id: `clip-${i}`,
  name: `Clip ${i + 1}`,
  source: `file:${clip}`,
  loop: true,
}));
const config = join(folder.path, 'kith.json');
await writeFile(config, JSON.stringify({}));
const panel = await openPanel({
  args: ['--config', config],
  environment: { KITH_DATA: folder.path, KITH_THREADS: '0' },
  seed: async (program) => void (await seedLog(program)),
});
try {
  await measureFirstView(panel);
  await measureEvents(panel);
} finally {
  await panel.close();
}
if (cameras.length > 0) {
  await writeFile(config, JSON.stringify({ cameras }));
  const live = await openPanel({
    args: ['--config', config],
    environment: { KITH_DATA: folder.path, KITH_THREADS: '0' },
  });
  try {
    await measureTiles(live);
  } finally {
    await live.close();
  }
}
await folder.remove();
output.answer({ rows }, () => '');

/** Navigation → the first visit can be clicked, nothing in the browser's cache. */
async function measureFirstView({ page, program }: Panel): Promise<void> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Network.setCacheDisabled', { cacheDisabled: true });
  const times: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const started = performance.now();
    await page.goto(`${program.url}/live`, { waitUntil: 'commit' });
    await page.locator('li[data-row] a').first().click({ trial: true });
    times.push(performance.now() - started);
  }
  await devTools.send('Network.setCacheDisabled', { cacheDisabled: false });
  add(
    'navigation → first visit clickable, cold cache',
    `${ms(quantile(times, 0.5))} (worst ${ms(Math.max(...times))})`,
  );
}

/** A shot is posted → its row is on the screen. */
async function measureEvents({ page, program }: Panel): Promise<void> {
  const [somebody] = await somePeople(1);
  const photo = somebody?.photos[0];
  if (!photo) return;
  // What is pointed at does not move.
  await page.mouse.move(0, 0);
  await page.evaluate(`
    globalThis.rowsSeen = new Map([...document.querySelectorAll('li[data-row]')].map((row) => [row.dataset.row, 0]));
    new MutationObserver(() => {
      for (const { dataset } of document.querySelectorAll('li[data-row]'))
        if (!globalThis.rowsSeen.has(dataset.row)) globalThis.rowsSeen.set(dataset.row, Date.now());
    }).observe(document.body, { childList: true, subtree: true });
  `);
  await program.call('PUT', '/cameras/bench', { name: 'Bench' });
  const times: number[] = [];
  for (let i = 0; i < Number(values.events); i++) {
    const posted = Date.now();
    const id = `bench-${i}`;
    // Apart, so that each is a visit of its own.
    await program.call('POST', '/detections', shotForm(id, 'bench', photo, posted - (i + 1) * 90_000));
    await until(
      'it is classified',
      async () => (await program.call('GET', `/detections/${id}`)).json.state !== 'pending',
    );
    const { visit } = (await program.call('GET', `/detections/${id}`)).json as unknown as { visit: string };
    const seen = (): Promise<number> => page.evaluate(`globalThis.rowsSeen.get(${JSON.stringify(visit)}) ?? 0`);
    await until('its row is there', async () => (await seen()) > 0);
    times.push((await seen()) - posted);
  }
  add('shot posted → row on the screen', `p50 ${ms(quantile(times, 0.5))}, p95 ${ms(quantile(times, 0.95))}`);
}

async function measureTiles(panel: Panel): Promise<void> {
  const { page, program } = panel;
  await panel.go('/live');
  await until(
    'all cameras run',
    async () => (await page.getByText('running', { exact: true }).count()) === cameras.length,
  );
  await page.getByRole('button', { name: 'Watch all' }).click();
  // The others, which the log was made with, would push them off the screen.
  await page.setViewportSize({ width: 1920, height: 2000 });
  const canvases = page.locator('canvas[data-live=live]');
  await until('all tiles show something', async () => (await canvases.count()) === cameras.length);
  await sleep(3_000);
  const look = (): Promise<{ frames: number; age: number }[]> =>
    page.evaluate(`[...document.querySelectorAll('canvas[data-live]')].map(({ dataset }) => ({
      frames: Number(dataset.frames), age: Date.now() - Number(dataset.capturedAt) }))`);
  const [before, burnt, started] = [await look(), processorTimes(program.child.pid ?? 0), performance.now()];
  const ages: number[] = [];
  while (performance.now() - started < Number(values.seconds) * 1000) {
    ages.push(...(await look()).map(({ age }) => age));
    await sleep(SAMPLE_MS);
  }
  const seconds = (performance.now() - started) / 1000;
  const [after, burntNow] = [await look(), processorTimes(program.child.pid ?? 0)];
  const rates = after.map(({ frames }, i) => (frames - (before[i]?.frames ?? 0)) / seconds);
  add(
    `${cameras.length} tiles: age of the picture on the screen`,
    `p50 ${ms(quantile(ages, 0.5))}, p95 ${ms(quantile(ages, 0.95))}, worst ${ms(Math.max(...ages))}`,
  );
  add('pictures a second, each tile', rates.map((rate) => rate.toFixed(1)).join(', '));
  for (const who of ['kith', 'cameras', 'browser'] as const) {
    add(`processor: ${who}`, `${((burntNow[who] - burnt[who]) / seconds).toFixed(2)} cores`);
  }
}

/** Seconds that Kith, its camera programs and the browser have used. */
function processorTimes(kith: number): Record<'kith' | 'cameras' | 'browser', number> {
  const parents = new Map<number, number>();
  const seconds = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The name stands in brackets and may hold anything.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      parents.set(pid, Number(fields[1]));
      seconds.set(pid, (Number(fields[11]) + Number(fields[12])) / TICKS);
    } catch {
      // It has ended meanwhile.
    }
  }
  const isBelow = (pid: number, top: number): boolean => {
    for (let at = parents.get(pid); at !== undefined && at > 1; at = parents.get(at)) if (at === top) return true;
    return false;
  };
  const sums = { kith: seconds.get(kith) ?? 0, cameras: 0, browser: 0 };
  for (const [pid, used] of seconds) {
    if (isBelow(pid, kith)) sums.cameras += used;
    else if (pid !== kith && isBelow(pid, process.pid)) sums.browser += used;
  }
  return sums;
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}
