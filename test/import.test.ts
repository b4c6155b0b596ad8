// Bulk enrolment from a folder, a ZIP and a CSV: broken files stop nothing, a broken-off import goes on, the report says what is what.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { ZipFile } from 'yazl';
import { importPersons, type ImportOptions } from '../src/commands/import.ts';
import type { ImportReport } from '../src/commands/import-report.ts';
import { openOutput } from '../src/commands/output.ts';
import { isKithError } from '../src/errors.ts';
import { openHouse, photo, type EnrolmentHouse } from './enrolment-kit.ts';

const folder = await mkdtemp(join(tmpdir(), 'kith-import-'));
after(() => rm(folder, { recursive: true, force: true }));

const ANN = ['ann', 'ben', 'cleo', 'dora', 'eve', 'fay'];

async function write(files: Readonly<Record<string, string | Buffer>>, into: string): Promise<string> {
  const root = join(folder, into);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return root;
}

async function zip(files: Readonly<Record<string, string | Buffer>>, name: string): Promise<Buffer> {
  const made = new ZipFile();
  for (const [path, content] of Object.entries(files)) made.addBuffer(Buffer.from(content), path, { compress: false });
  made.end();
  const parts: Buffer[] = [];
  for await (const part of made.outputStream) parts.push(part as Buffer);
  const bytes = Buffer.concat(parts);
  await writeFile(join(folder, name), bytes);
  return bytes;
}

async function run(
  { client }: EnrolmentHouse,
  source: string,
  options: ImportOptions = {},
  signal = new AbortController().signal,
): Promise<ImportReport & { status: number; text: string }> {
  let json = '';
  const status = await importPersons(
    client,
    source,
    options,
    openOutput(true, (text) => (json += text)),
    signal,
  );
  return { ...(JSON.parse(json) as ImportReport), status, text: json };
}

async function people({ inject }: EnrolmentHouse): Promise<Record<string, unknown>> {
  const { json } = await inject({ url: '/api/v1/persons?kind=known&limit=500' });
  return Object.fromEntries((json.items ?? []).map(({ name, references }) => [name, references]));
}

/** Three photos each, and what lies beside photos. */
function tree(persons: readonly string[]): Record<string, Buffer | string> {
  const files: Record<string, Buffer | string> = {
    'notes.txt': 'x',
    '__MACOSX/ann/._1.jpg': 'x',
    'ann/.hidden.jpg': 'x',
  };
  for (const [i, who] of persons.entries()) {
    for (let shot = 0; shot < 3; shot++) files[`${who}/${shot}.jpg`] = photo({ who: { [who]: 1 }, shot: i * 3 + shot });
  }
  return files;
}

test('a folder tree is enrolled; broken photos are told with the reason, and whom they leave without any', async () => {
  const open = await openHouse();
  const files = tree(['ann', 'ben']);
  files['Cleo_Small/1.jpg'] = photo({ who: { cleo: 1 }, eyes: 5 });
  for (let i = 0; i < 12; i++) files[`broken/${i}.jpg`] = i % 2 ? '' : 'no picture';
  files['ben/of ann.jpg'] = photo({ who: { ann: 1 }, shot: 0, copy: 1 });
  const source = await write(files, 'tree');
  const rows = join(folder, 'rows.csv');
  const report = await run(open, source, { report: rows });
  assert.equal(report.status, 1);
  assert.deepEqual(await people(open), { ann: 3, ben: 3 });
  assert.deepEqual([report.photos, report.accepted, report.refused.length], [20, 6, 14]);
  assert.deepEqual(report.refusedBy, { unreadable: 12, duplicate: 1, too_small: 1 });
  assert.deepEqual(report.withoutReference, ['Cleo Small', 'broken']);
  const twice = report.refused.find(({ code }) => code === 'duplicate');
  assert.match(
    `${twice?.file} ${twice?.reason}`,
    /(ben\/of ann\.jpg .*enrolled for ann|ann\/0\.jpg .*enrolled for ben)/,
  );
  assert.match(report.next, /--retry/);
  const lines = (await readFile(rows, 'utf8')).trim().split('\r\n');
  assert.equal(lines.length, 21);
  assert.match(
    lines.find((line) => line.startsWith('Cleo_Small/1.jpg,')) ?? '',
    /^Cleo_Small\/1.jpg,Cleo Small,refused,too_small,/,
  );

  const analysed = open.engine.analysed;
  const again = await run(open, source);
  assert.equal(again.lookedAtNow, 0);
  assert.equal(open.engine.analysed, analysed, 'nothing is looked at twice');
  assert.deepEqual([again.accepted, again.refused.length], [6, 14], 'the report is about all of it');
  await write({ 'Cleo_Small/1.jpg': photo({ who: { cleo: 1 } }) }, 'tree');
  const retried = await run(open, source, { retry: true });
  assert.deepEqual([retried.lookedAtNow, retried.accepted], [14, 7]);
  const anew = await run(open, source, { anew: true });
  assert.deepEqual([anew.lookedAtNow, anew.accepted, anew.refused.length], [20, 7, 13]);
  assert.deepEqual(await people(open), { ann: 3, ben: 3, 'Cleo Small': 1 });
  await open.close();
});

test('an import that is broken off goes on where it was, and looks at no photo twice', async () => {
  const open = await openHouse();
  const source = await write(tree(ANN), 'resumed');
  const stop = new AbortController();
  let posts = 0;
  open.onRequest = ({ path }) => {
    if (path.endsWith('/photos') && ++posts === 7) stop.abort();
  };
  const first = await run(open, source, {}, stop.signal);
  assert.equal(first.status, 1);
  assert.equal(first.interrupted, true);
  assert.match(first.next, /same command again/);
  const done = open.engine.analysed;
  assert.ok(done >= 7 && done < 15, `${done}`);
  open.onRequest = () => undefined;
  const second = await run(open, source);
  assert.equal(second.status, 0);
  assert.equal(second.lookedAtNow, 18 - done);
  assert.equal(open.engine.analysed, 18);
  assert.deepEqual(await people(open), Object.fromEntries(ANN.map((name) => [name, 3])));
  await open.close();
});

test('when the API fails the import stops and says how to go on; what was taken stays', async () => {
  const open = await openHouse();
  const source = await write(tree(ANN), 'failing');
  let posts = 0;
  open.onRequest = ({ path }) => {
    if (path.endsWith('/photos') && ++posts > 5) throw new TypeError('fetch failed');
  };
  await assert.rejects(run(open, source), (error) => {
    assert.ok(isKithError(error) && error.code === 'unavailable');
    assert.match(error.message, /broken off at .*\.jpg.*same command again/);
    return true;
  });
  open.onRequest = () => undefined;
  const second = await run(open, source);
  assert.deepEqual([second.status, second.accepted, open.engine.analysed], [0, 18, 18]);
  await open.close();
});

test('a ZIP is read entry by entry; entries that lie or lead out of it are refused one by one', async () => {
  const open = await openHouse();
  const files = tree(['ann', 'ben']);
  files['xx/evil.jpg'] = photo({ who: { cleo: 1 } });
  files['xx//root.jpg'] = photo({ who: { cleo: 1 } });
  files['dora/damaged.jpg'] = photo({ who: { dora: 1 }, shot: 20 });
  files['eve/huge.png'] = Buffer.alloc(21 * 1024 * 1024);
  const bytes = await zip(files, 'people.zip');
  const patch = (from: string, to: string): void => {
    for (let at = bytes.indexOf(from); at !== -1; at = bytes.indexOf(from, at + 1)) bytes.write(to, at, 'latin1');
  };
  patch('xx/evil.jpg', '../evil.jpg');
  patch('xx//root.jpg', '//home/a.jpg');
  patch('"shot":20', '"shot":21');
  const source = join(folder, 'people.zip');
  await writeFile(source, bytes);
  const report = await run(open, source);
  assert.equal(report.status, 1);
  assert.deepEqual(await people(open), { ann: 3, ben: 3 });
  assert.equal(report.photos, 10);
  const reasons = report.refused.map(({ code, reason }) => `${code} ${reason}`).toSorted();
  assert.equal(reasons.length, 4);
  assert.match(reasons[0] ?? '', /unreadable The entry has a path that leads out/);
  assert.match(reasons[1] ?? '', /unreadable The entry has a path that leads out/);
  assert.match(reasons[2] ?? '', /unreadable The entry is damaged/);
  assert.match(reasons[3] ?? '', /unreadable The file is larger than 20 MB/);
  assert.equal((await run(open, source)).lookedAtNow, 0);
  await open.close();
});

test('a CSV gives names, several photos and attributes; rows that lack something are told', async () => {
  const open = await openHouse();
  await write(
    {
      'photos/ann 1.jpg': photo({ shot: 1 }),
      'photos/ann 2.jpg': photo({ shot: 2 }),
      'photos/ben.jpg': photo({ who: { ben: 1 }, shot: 3 }),
      'people.csv':
        '\uFEFFName;Site;photo;Group\r\nAnn;north;"photos/ann 1.jpg;photos/ann 2.jpg";A\r\n' +
        'Ben;;photos/ben.jpg;"B; second"\r\nCleo;south;photos/none.jpg\r\n;south;photos/ben.jpg;\r\nDora;;;\r\n' +
        'Eve;south;photos/ben.jpg;A\r\n',
    },
    'table',
  );
  const report = await run(open, join(folder, 'table', 'people.csv'));
  assert.equal(report.status, 1);
  assert.deepEqual([report.photos, report.accepted], [7, 3]);
  assert.deepEqual(await people(open), { Ann: 2, Ben: 1 });
  const known = await open.house.ports.store.persons.list({ kind: 'known' }, { limit: 10 });
  assert.deepEqual(
    known.items.map(({ attributes }) => attributes),
    [{ site: 'north', group: 'A' }, { group: 'B; second' }],
  );
  const refused = Object.fromEntries(report.refused.map(({ file, reason }) => [file, reason]));
  assert.match(refused['photos/none.jpg'] ?? '', /cannot be read/);
  assert.match(refused['line 5'] ?? '', /no name/);
  assert.match(refused['line 6'] ?? '', /no photo/);
  assert.match(refused['photos/ben.jpg (line 7)'] ?? '', /enrolled for Ben already/, 'two persons, one photo');
  assert.deepEqual((await run(open, join(folder, 'table', 'people.csv'))).lookedAtNow, 1, 'the row without a name');
  await open.close();
});

test('persons whose photos disagree are named', async () => {
  const open = await openHouse();
  const source = await write(
    {
      'ann/1.jpg': photo({ who: { ann: 1 }, shot: 1 }),
      'ann/2.jpg': photo({ who: { ben: 1 }, shot: 2 }),
      'ann/3.jpg': photo({ who: { cleo: 1 }, shot: 3 }),
      'dora/1.jpg': photo({ who: { dora: 1 }, shot: 4 }),
      'dora/2.jpg': photo({ who: { dora: 1 }, shot: 5 }),
    },
    'disagree',
  );
  const report = await run(open, source);
  assert.equal(report.status, 0);
  assert.deepEqual([report.accepted, report.warned, report.warnedBy], [3, 2, { unlike_her_others: 2 }]);
  assert.deepEqual(report.disagreeing, ['ann']);
  assert.match(report.next, /disagree/);
  await open.close();
});

test('a source that cannot be used is said before anybody is enrolled', async () => {
  const open = await openHouse();
  await zip({ 'readme.txt': 'x' }, 'empty.zip');
  const good = await zip(tree(['ann']), 'cut.zip');
  await writeFile(join(folder, 'cut.zip'), good.subarray(0, good.length - 40));
  await write(
    {
      'empty/readme.txt': 'x',
      'no.zip': 'x',
      'no.tar': 'x',
      'header.csv': 'name,picture\nAnn,a.jpg\n',
      'twice.csv': 'name,photo,photo\nAnn,a.jpg,b.jpg\n',
      'rows.csv': 'name,photo\n',
      'quote.csv': 'name,photo\nAnn,a.jpg\nBen,"b.jpg\n',
      'nothing.csv': '',
    },
    'unusable',
  );
  const cases = {
    nowhere: /cannot be read/,
    'unusable/empty': /holds no photos/,
    'unusable/no.zip': /no ZIP that can be read/,
    'unusable/no.tar': /none of these/,
    'unusable/header.csv': /no column "photo".*"picture"/,
    'unusable/twice.csv': /"photo" twice/,
    'unusable/rows.csv': /no rows/,
    'unusable/quote.csv': /no CSV that can be read.*line/i,
    'unusable/nothing.csv': /no rows|no column/,
    'empty.zip': /holds no photos/,
    'cut.zip': /no ZIP that can be read/,
  };
  for (const [path, reason] of Object.entries(cases)) {
    await assert.rejects(run(open, join(folder, path)), (error) => {
      assert.ok(isKithError(error) && error.code === 'invalid', path);
      assert.match(error.message, reason);
      return true;
    });
  }
  const report = join(folder, 'nowhere', 'rows.csv');
  await assert.rejects(run(open, await write(tree(['ann']), 'good'), { report }), /cannot be written/);
  assert.deepEqual(await people(open), {});
  await open.close();
});
