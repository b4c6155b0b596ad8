// Who is whom, said on the command line to the running program and without one: the history has it, and takes it back.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { ADMIN_KEY, run, startProgram, temporaryFolder } from './program.ts';

test('people are merged, ignored and taken apart again by commands, whether Kith runs or not', async () => {
  const folder = await temporaryFolder();
  const data = join(folder.path, 'data');
  const kith = async (...args: string[]) => {
    const { status, stdout, stderr } = await run(data, [...args, '--json']);
    return { status, stderr, json: JSON.parse(stdout === '' ? 'null' : stdout) };
  };
  try {
    const program = await startProgram(data, ['--no-demo'], { KITH_ADMIN_KEY: ADMIN_KEY });
    try {
      for (const name of ['Ada', 'Ada L.', 'A poster']) await program.call('POST', '/persons', { name });
      const asks = await kith('person', 'merge', 'Ada L.', 'Ada');
      assert.deepEqual([asks.status, asks.json.error.code], [1, 'conflict']);
      assert.match(asks.stderr, /^kith: .*--yes/);
      assert.equal((await kith('person', 'merge', 'Ada L.', 'Ada', '--yes')).status, 0);
      assert.equal((await kith('person', 'ignore', 'A poster')).json.ignored, true);
    } finally {
      await program.stop();
    }
    const { json } = await kith('history');
    const entries = json.items as { seq: number; action: string; actor: string }[];
    assert.deepEqual(
      entries.map(({ action, actor }) => [action, actor]),
      [
        ['ignore', 'command line'],
        ['merge', 'command line'],
      ],
    );
    const merge = String(entries[1]?.seq);
    assert.equal((await kith('undo', merge)).json.undone.by, 'command line');
    const twice = await kith('undo', merge);
    assert.deepEqual([twice.status, twice.json.error.code], [1, 'conflict']);
    assert.equal((await kith('undo', '99')).json.error.code, 'not_found');
    assert.equal((await kith('detection', 'confirm', 'nothing')).status, 1);
    for (const wrong of [
      ['undo', 'x'],
      ['history', '--limit', '501'],
      ['rerun', '--from', 'yesterday-ish'],
      ['detection', 'list', '--decision', 'perhaps'],
      ['person', 'merge', 'Ada'],
    ]) {
      const { status, stderr } = await run(data, wrong);
      assert.equal(status, 2, `${wrong.join(' ')}: ${stderr}`);
      assert.match(stderr, /^kith: /);
    }
  } finally {
    await folder.remove();
  }
});
