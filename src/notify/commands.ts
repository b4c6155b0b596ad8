// What can be said to Kith in a chat beside the answers to its messages: who is here, when was somebody last seen, who is on this
// photo. Everything goes through Kith's API as the user who asks, so her role and her cameras count.

import type { Calendar } from '../alert-port.ts';
import type { Command, CommandAnswer, UserClient } from '../chat-port.ts';
import { KithError } from '../errors.ts';
import { foldName } from '../fold-name.ts';
import { startOfDay } from '../hours.ts';
import { timeAtTheEnd } from './duration-words.ts';
import { localTimeText } from './message-words.ts';

export interface CommandPorts {
  readonly calendar: () => Promise<Calendar>;
  readonly clock: () => number;
}

/** Somebody seen within this time counts as here. */
const HERE_MS = 10 * 60_000;
const MOST_LINES = 20;
const MINUTE_MS = 60_000;
const MUTE_MINUTES = 60;

interface VisitSeen {
  readonly person: { readonly id: string; readonly name: string };
  readonly cameraName: string;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly picture: string;
}
interface PersonSeen {
  readonly id: string;
  readonly name: string;
  readonly kind: 'known' | 'unknown';
  readonly lastSeenAt: string | null;
}
interface CameraSeen {
  readonly id: string;
  readonly name: string;
}
interface List<T> {
  readonly items: readonly T[];
}

interface Said {
  readonly words: string;
  readonly image: Uint8Array | undefined;
  readonly client: UserClient;
  readonly zone: string;
  readonly now: number;
}

interface Known {
  readonly pattern: RegExp;
  readonly help: string;
  readonly run: (said: Said) => Promise<CommandAnswer>;
}

const COMMANDS: readonly Known[] = [
  { pattern: /^(?:help|\?)$/i, help: 'help: this list', run: async () => textOnly(helpText()) },
  {
    pattern: /^who(?:(?: is|['’]s)?(?: (?:here|there))?)(?: (?:at|in) )?/i,
    help: 'who is here (at CAMERA): who was seen in the last ten minutes',
    run: whoIsHere,
  },
  {
    pattern: /^(?:when was|last|seen|where is)\s+/i,
    help: 'when was NAME last seen: when and where, with the picture',
    run: lastSeen,
  },
  { pattern: /^today(?: (?:at|in) )?/i, help: 'today (at CAMERA): how many came', run: today },
  { pattern: /^find\b/i, help: 'find, with a photo: who is it, and where was this face seen', run: find },
  { pattern: /^enrol+\s*/i, help: 'enrol NAME, with a photo: remember this face as NAME', run: enrol },
  {
    pattern: /^(?:mute|snooze)\b\s*/i,
    help: 'mute (NAME or CAMERA) (2h): no messages about it for a while',
    run: mute,
  },
  { pattern: /^unmute\b/i, help: 'unmute: all messages again', run: unmute },
  { pattern: /^open\b\s*/i, help: 'open DOOR: opens a door', run: open },
];

/** Runs what a user says. Throws KithErrors, whose messages are what she is told. */
export function createCommands({ calendar, clock }: CommandPorts) {
  return async ({ text, image }: Command, client: UserClient): Promise<CommandAnswer> => {
    const said = text
      .trim()
      .replace(/^[/!]/, '')
      .replace(/[?.!\s]+$/, '');
    const asked = said === '' ? 'help' : said;
    const known = COMMANDS.find(({ pattern }) => pattern.test(asked));
    if (!known) {
      throw new KithError('invalid', `I do not know what ${JSON.stringify(said)} means. ${helpText()}`);
    }
    const { timeZone } = await calendar();
    const words = asked.replace(known.pattern, '').trim();
    return known.run({ words, image, client, zone: timeZone, now: clock() });
  };
}

function helpText(): string {
  return `I understand:\n${COMMANDS.map(({ help }) => `• ${help}`).join('\n')}`;
}

async function whoIsHere(said: Said): Promise<CommandAnswer> {
  const { client, words, now, zone } = said;
  const camera = words === '' ? null : await cameraNamed(client, words);
  const visits = await visitsSince(client, now - HERE_MS, camera);
  if (visits.length === 0) {
    return textOnly(`Nobody was seen ${camera ? `at ${camera.name} ` : ''}in the last ten minutes.`);
  }
  const latest = new Map<string, VisitSeen>();
  for (const visit of visits) if (!latest.has(visit.person.id)) latest.set(visit.person.id, visit);
  const lines = [...latest.values()].map(
    ({ person, cameraName, lastAt }) => `${person.name}, ${cameraName}, ${localTimeText(zone, Date.parse(lastAt))}`,
  );
  return textOnly(shortened(lines));
}

async function lastSeen({ client, words, zone }: Said): Promise<CommandAnswer> {
  const name = words.replace(/\s+last seen$|\s+seen$/i, '').trim();
  const person = await personNamed(client, name);
  const path = `/visits?limit=1&person=${encodeURIComponent(person.id)}`;
  const [visit] = (await client.call<List<VisitSeen>>({ method: 'GET', path })).items;
  if (!visit) return textOnly(`${person.name} was not seen yet.`);
  const at = localTimeText(zone, Date.parse(visit.lastAt));
  return {
    text: `${person.name} was last seen ${at}, ${visit.cameraName}.`,
    pictures: await pictureOf(client, visit.picture),
  };
}

async function today({ client, words, zone, now }: Said): Promise<CommandAnswer> {
  const since = startOfDay(zone, now);
  if (words !== '') {
    const camera = await cameraNamed(client, words);
    const visits = await visitsSince(client, since, camera);
    const persons = new Set(visits.map(({ person }) => person.id));
    return textOnly(
      `Today at ${camera.name}: ${count(visits.length, 'visit')} of ${count(persons.size, 'person', 'people')}.`,
    );
  }
  const numbers = await client.call<{ visits: number; known: number; strangers: number; undecided: number }>({
    method: 'GET',
    path: `/live/numbers?since=${encodeURIComponent(new Date(since).toISOString())}`,
  });
  const { visits, known, strangers, undecided } = numbers;
  const open = undecided > 0 ? ` ${count(undecided, 'picture')} wait${undecided === 1 ? 's' : ''} for a decision.` : '';
  return textOnly(
    `Today: ${count(visits, 'visit')}, ${count(known, 'known person', 'known people')}, ${count(strangers, 'stranger')}.${open}`,
  );
}

interface Found {
  readonly people: readonly {
    readonly person: { readonly name: string };
    readonly certainty: 'certain' | 'likely' | null;
    readonly reference: { readonly picture: string } | null;
  }[];
  readonly decision: string;
  readonly sightings: readonly { readonly detection: { readonly camera: string; readonly capturedAt: string } }[];
  readonly found: number;
}

async function find({ client, image, zone }: Said): Promise<CommandAnswer> {
  const form = new FormData();
  form.append('image', photo(image, 'find'), 'photo');
  const { people, decision, sightings, found } = await client.call<Found>({ method: 'POST', path: '/search', form });
  const [nearest, other] = people;
  const who = nearest?.certainty
    ? `This is ${nearest.person.name} (${nearest.certainty}).`
    : decision === 'ambiguous' && nearest && other
      ? `${nearest.person.name} or ${other.person.name}?`
      : 'Nobody known.';
  const seen = sightings
    .slice(0, 5)
    .map(({ detection }) => `• ${localTimeText(zone, Date.parse(detection.capturedAt))}, ${detection.camera}`);
  const where =
    found === 0 ? ['This face was not seen in the last 30 days.'] : [`Seen ${count(found, 'time')}:`, ...seen];
  const picture = nearest?.certainty ? nearest.reference?.picture : undefined;
  return { text: [who, ...where].join('\n'), pictures: picture === undefined ? [] : await pictureOf(client, picture) };
}

async function enrol({ client, words, image }: Said): Promise<CommandAnswer> {
  if (words === '') throw new KithError('invalid', 'Whose face is it? Say "enrol NAME" with the photo.');
  const picture = photo(image, 'enrol NAME');
  const known = (await personsNamed(client, words)).find(({ kind, name }) => kind === 'known' && same(name, words));
  const form = new FormData();
  form.append('image', picture, 'photo');
  if (known) {
    await client.call({ method: 'POST', path: `/persons/${encodeURIComponent(known.id)}/references`, form });
    return textOnly(`Another photo of ${known.name} is kept.`);
  }
  form.append('name', words);
  const { photos } = await client.call<{
    photos: readonly { readonly findings: readonly { readonly message: string }[] }[];
  }>({ method: 'POST', path: '/persons', form });
  const warned = photos.flatMap(({ findings }) => findings.map(({ message }) => message));
  return textOnly([`${words} is known from now on.`, ...warned].join('\n'));
}

async function mute({ client, words, now, zone }: Said): Promise<CommandAnswer> {
  const { rest, minutes } = timeAtTheEnd(words);
  const until = now + (minutes ?? MUTE_MINUTES) * MINUTE_MS;
  const about = rest === '' ? null : await somebodyOrCamera(client, rest);
  await client.call({
    method: 'POST',
    path: '/snoozes',
    json: {
      until: new Date(until).toISOString(),
      ...(about?.kind === 'person' && { personId: about.id }),
      ...(about?.kind === 'camera' && { cameraId: about.id }),
    },
  });
  return textOnly(`No messages about ${about?.name ?? 'anybody'} until ${localTimeText(zone, until)}.`);
}

async function unmute({ client }: Said): Promise<CommandAnswer> {
  const { items } = await client.call<List<{ readonly id: string }>>({ method: 'GET', path: '/snoozes' });
  for (const { id } of items) await client.call({ method: 'DELETE', path: `/snoozes/${encodeURIComponent(id)}` });
  return textOnly(items.length === 0 ? 'Nothing was muted.' : 'You hear of everything again.');
}

async function open({ client, words }: Said): Promise<CommandAnswer> {
  const { items } = await client.call<List<{ readonly id: string; readonly name: string; readonly access: unknown }>>({
    method: 'GET',
    path: '/actions',
  });
  const doors = items.filter(({ access }) => access !== null);
  const wanted = words.replace(/^the\s+/i, '');
  const meant =
    wanted === '' || same(wanted, 'door')
      ? doors.length === 1
        ? doors
        : []
      : doors.filter(({ name }) => same(name, wanted));
  const [door] = meant;
  if (!door) {
    const names = doors.map(({ name }) => name).join(', ');
    throw new KithError('not_found', doors.length === 0 ? 'There is no door here.' : `Which door? There is: ${names}.`);
  }
  await client.call({ method: 'POST', path: `/actions/${encodeURIComponent(door.id)}/run` });
  return textOnly(`${door.name} is being opened.`);
}

// ── What they share ─────────────────────────────────────────────────────────────────────────────────────────────

function textOnly(text: string): CommandAnswer {
  return { text, pictures: [] };
}

function shortened(lines: readonly string[]): string {
  const more = lines.length - MOST_LINES;
  return [...lines.slice(0, MOST_LINES), ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** Names as people type them. */
function same(a: string, b: string): boolean {
  return foldName(a).trim() === foldName(b).trim();
}

function photo(image: Uint8Array | undefined, command: string): Blob {
  if (!image) throw new KithError('invalid', `A photo is missing: send one together with "${command}".`);
  return new Blob([new Uint8Array(image)]);
}

/** Addresses of pictures stand with /api/v1 in answers. A picture that is gone meanwhile is no reason to say nothing. */
async function pictureOf(client: UserClient, path: string): Promise<readonly Uint8Array[]> {
  try {
    return [await client.picture(path.replace(/^\/api\/v1/, ''))];
  } catch {
    return [];
  }
}

async function visitsSince(
  client: UserClient,
  since: number,
  camera: CameraSeen | null,
): Promise<readonly VisitSeen[]> {
  const at = camera ? `&camera=${encodeURIComponent(camera.id)}` : '';
  const from = encodeURIComponent(new Date(since).toISOString());
  return (await client.call<List<VisitSeen>>({ method: 'GET', path: `/visits?limit=500&from=${from}${at}` })).items;
}

async function cameraNamed(client: UserClient, words: string): Promise<CameraSeen> {
  const camera = await findCamera(client, words);
  if (camera) return camera;
  throw new KithError('not_found', `There is no camera ${JSON.stringify(words)} that you may see.`);
}

async function findCamera(client: UserClient, words: string): Promise<CameraSeen | undefined> {
  const { items } = await client.call<List<CameraSeen>>({ method: 'GET', path: '/cameras?limit=500' });
  const wanted = words.replace(/^the\s+/i, '');
  return items.find(({ id, name }) => same(name, wanted) || same(id, wanted));
}

async function personsNamed(client: UserClient, name: string): Promise<readonly PersonSeen[]> {
  const path = `/persons?limit=20&query=${encodeURIComponent(name)}`;
  return (await client.call<List<PersonSeen>>({ method: 'GET', path })).items;
}

/** The one of that name, or the only one whose name has it in it. */
async function personNamed(client: UserClient, name: string): Promise<PersonSeen> {
  if (name === '') throw new KithError('invalid', 'Who? Say a name, as in "when was Ada last seen".');
  const found = await personsNamed(client, name);
  const meant = found.filter((person) => same(person.name, name));
  const [only, ...others] = meant.length > 0 ? meant : found;
  if (only && others.length === 0) return only;
  if (!only) throw new KithError('not_found', `I know nobody called ${JSON.stringify(name)}.`);
  const names = [only, ...others].map((person) => person.name).join(', ');
  throw new KithError('conflict', `Who of them do you mean: ${names}?`);
}

async function somebodyOrCamera(
  client: UserClient,
  words: string,
): Promise<{ readonly kind: 'person' | 'camera'; readonly id: string; readonly name: string }> {
  const camera = await findCamera(client, words);
  if (camera) return { kind: 'camera', id: camera.id, name: camera.name };
  const { id, name } = await personNamed(client, words);
  return { kind: 'person', id, name };
}
