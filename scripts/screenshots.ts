// Photographs every screen of the panel into the ignored folder screenshots/, on a log that the real pipeline has made.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openPanel, seedLog, somePeople, until } from '../test/panel-kit.ts';
import { shotForm, type Program } from '../test/program.ts';

const OUT = join(import.meta.dirname, '..', 'screenshots');
const SCREENS = [
  'live',
  'log',
  'alerts',
  'people',
  'people/add',
  'strangers',
  'search',
  'cameras',
  'doors',
  'doors?tab=runs',
  'doors/new',
  'rules',
  'rules?edit=new',
  'rules?tab=channels',
  'rules?tab=deliveries',
  'rules?tab=calendar',
  'reports',
  'settings',
  'system',
  'users',
  'audit',
  'account',
  'account?tab=chats',
  'account?tab=notifications',
];
const VIEWS = [
  { name: 'wide', width: 1280, height: 900, colorScheme: 'light' },
  { name: 'dark', width: 1280, height: 900, colorScheme: 'dark' },
  { name: 'phone', width: 390, height: 844, colorScheme: 'light' },
] as const;
const SETTLE_MS = 1500;
const PICTURE = { picture: 'inline', pictureKilobytes: 500 };

await mkdir(OUT, { recursive: true });
const only = process.argv[2];
const panel = await openPanel({
  async seed(program) {
    await seedLog(program);
    await seedDoor(program);
    await seedAlerts(program);
  },
});
try {
  for (const view of VIEWS) {
    await panel.page.setViewportSize(view);
    await panel.page.emulateMedia({ colorScheme: view.colorScheme });
    for (const screen of SCREENS) {
      if (only !== undefined && !screen.startsWith(only)) continue;
      await panel.go(`/${screen}`);
      await panel.page.waitForTimeout(SETTLE_MS);
      const file = join(OUT, `${screen.replaceAll(/[/?=]+/g, '-')}.${view.name}.png`);
      await panel.page.screenshot({ path: file });
      process.stdout.write(`${file}\n`);
    }
  }
  for (const problem of panel.problems) process.stdout.write(`page: ${problem}\n`);
} finally {
  await panel.close();
}

/** A rule that tells of everybody, through a channel that nobody listens at, and somebody who comes by. */
async function seedAlerts(program: Program): Promise<void> {
  const settings = { url: 'http://127.0.0.1:9/', secret: 'only for these photographs', allowPrivate: true };
  const made = await program.call('POST', '/channels', {
    name: 'Ops',
    kind: 'webhook',
    settings: { ...settings, ...PICTURE },
  });
  const { id } = made.json as unknown as { id: string };
  const on = ['unknown', 'known', 'ambiguous'];
  await program.call('POST', '/rules', { name: 'Whoever is at the office', on, cameras: ['office'], channels: [id] });
  for (const [i, { photos }] of (await somePeople(3)).entries()) {
    const [photo] = photos;
    if (photo) await program.call('POST', '/detections', shotForm(`alert-${i}`, 'office', photo, Date.now()));
  }
  await until('there are alerts', async () => (await program.call('GET', '/alerts')).json.items.length > 0);
}

/** A door that nothing answers at, and somebody of the staff before it: the first shot is not enough, the second asks it to open. */
async function seedDoor(program: Program): Promise<void> {
  const access = { groups: ['Staff'], cameras: ['front-door'] };
  const settings = { url: 'http://127.0.0.1:9/open', allowPrivate: true };
  await program.call('POST', '/actions', { name: 'Front door', kind: 'http', settings, access });
  const [somebody] = await somePeople(1);
  const [photo] = somebody?.photos ?? [];
  const { json } = await program.call('GET', `/persons?query=${somebody?.name ?? ''}`);
  const [person] = json.items as unknown as readonly { id: string }[];
  if (!photo || !person) return;
  await program.call('PATCH', `/persons/${person.id}`, { groups: ['Staff'] });
  for (const id of ['door-1', 'door-2']) {
    await program.call('POST', '/detections', shotForm(id, 'front-door', photo));
    await until('it is classified', async () => {
      return (await program.call('GET', `/detections/${id}`)).json.state !== 'pending';
    });
  }
}
