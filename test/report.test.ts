// `kith report` as scripts and people use it, and the API's description of what it answers.

import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Value } from 'typebox/value';
import { reportLines } from '../src/commands/report.ts';
import { crowd, house } from '../src/evaluate/report-kit.test-suite.ts';
import { makeReport } from '../src/evaluate/report.ts';
import { ReportJson } from '../src/server/report-schema.ts';
import { ADMIN_KEY, portraits, run, startProgram, temporaryFolder } from './program.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
before(async () => {
  folder = await temporaryFolder();
});
after(async () => folder.remove());

test('reports are as the API describes them, and the terminal says the same', async () => {
  for (const people of [[], crowd(1, 2), crowd(12, 1), crowd(60, 3)]) {
    const grouped = people.map((person) => ({ ...person, attributes: { site: 'north\u001B[2J' } }));
    const report = await makeReport(house(grouped, { threshold: 1.2, target: 1000 }));
    assert.deepEqual([...Value.Errors(ReportJson, report)], []);
    const text = reportLines(report).join('\n');
    assert.ok(text.includes(report.verdict.headline));
    assert.doesNotMatch(text, /NaN|Infinity|undefined/);
    assert.ok(!text.includes('\u001B[2J'));
  }
});

test('report on an empty and on a small gallery, alone and beside a running program', async () => {
  const data = join(folder.path, 'data');
  const empty = await run(data, ['report', '--json']);
  assert.equal(empty.status, 0, empty.stderr);
  assert.equal(JSON.parse(empty.stdout).verdict.level, 'yellow');

  const people = join(folder.path, 'people');
  await mkdir(people);
  for (const [i, bytes] of (await portraits()).slice(0, 2).entries()) {
    await writeFile(join(people, `Person <${i}>.jpg`), bytes);
  }
  assert.equal((await run(data, ['person', 'import', people])).status, 0);

  const program = await startProgram(data, ['--no-demo'], { KITH_ADMIN_KEY: ADMIN_KEY });
  try {
    await program.saw(/http:\/\/[\d.:]+/);
    const file = join(folder.path, 'report.html');
    const made = await run(data, ['report', '--html', file]);
    assert.equal(made.status, 0, made.stderr);
    assert.match(made.stdout, /Everybody has only one photo/);
    assert.ok(made.stdout.includes(file));
    const html = await readFile(file, 'utf8');
    assert.match(html, /Person &lt;0&gt;/);
    const nowhere = await run(data, ['report', '--html', join(folder.path, 'no', 'where.html')]);
    assert.equal(nowhere.status, 3);
    assert.match(nowhere.stderr, /^kith: .*cannot be written/);
  } finally {
    await program.stop();
  }
});
