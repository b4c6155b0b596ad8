// The change of model as an operator meets it: the real program, the bundled recipes, HTTP and the command line.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { openCodec } from '../src/engine.ts';
import { ADMIN_KEY, portraits, run, shotForm, startProgram, temporaryFolder, type Program } from './program.ts';

const MIRROR = 'dlib-resnet-v1.mirror';
const SINGLE = 'dlib-resnet-v1';
const PEOPLE = ['Ada', 'Grace', 'Hedy'];

interface Models {
  readonly inForce: string;
  readonly items: readonly { readonly id: string; readonly name: string; readonly state: string }[];
  readonly preparing: { readonly done: number; readonly total: number } | null;
}

interface Logged {
  readonly state: string;
  readonly model: string;
  readonly person: { readonly name: string } | null;
}

interface Identified {
  readonly faces: readonly { readonly person: { readonly name: string } | null; readonly decision: string }[];
}

/** What this test reads out of answers, each where it is. */
type Seen = Models & Logged & Identified & { readonly id: string };

async function ask(program: Program, method: string, path: string, body?: unknown) {
  const { status, json } = await program.call(method, path, body);
  return { status, json: json as unknown as Seen };
}

function photo(bytes: Uint8Array): FormData {
  const form = new FormData();
  form.append('image', new Blob([Buffer.from(bytes)], { type: 'image/jpeg' }), 'photo.jpg');
  return form;
}

const isIn = ({ items, inForce }: Models, name: string) =>
  items.some((item) => item.id === inForce && item.name === name);

test('mirror → single → mirror while shots come and questions are answered, killed on the way', async () => {
  const folder = await temporaryFolder();
  const data = join(folder.path, 'data');
  const settings = { KITH_ADMIN_KEY: ADMIN_KEY, KITH_THREADS: '1' };
  const codec = openCodec();
  const pictures = await portraits();
  /** Other bytes of the same face. */
  const variant = async (person: number, quality: number) =>
    codec.encodeJpeg(await codec.decode(pictures[person] ?? new Uint8Array()), { quality });
  let program = await startProgram(data, ['--no-demo'], settings);
  try {
    assert.equal((await ask(program, 'PUT', '/cameras/door', { name: 'Door' })).status, 200);
    for (const [i, name] of PEOPLE.entries()) {
      const person = await ask(program, 'POST', '/persons', { name });
      const added = await ask(
        program,
        'POST',
        `/persons/${person.json.id}/references`,
        photo(pictures[i] ?? new Uint8Array()),
      );
      assert.equal(added.status, 201);
    }
    let shots = 0;
    const send = async () => {
      const id = `shot-${shots}`;
      const picture = await variant(shots % 3, 60 + (shots % 35));
      shots++;
      assert.equal((await ask(program, 'POST', '/detections', shotForm(id, 'door', picture))).status, 201);
      return id;
    };
    const settled = async (id: string): Promise<Logged> => {
      for (;;) {
        const { json } = await ask(program, 'GET', `/detections/${id}`);
        if (json.state !== 'pending') return json;
        await sleep(30);
      }
    };
    for (let i = 0; i < 60; i++) await send();
    const before = await settled(`shot-${shots - 1}`);
    assert.match(before.model, /^dlib-resnet-v1@.*\.mirror$/);

    /** Asks who that is until `isOver`, and posts shots: every answer has to be right. */
    async function bustle(isOver: (models: Models) => boolean): Promise<Models[]> {
      const looks: Models[] = [];
      for (let i = 0; ; i++) {
        const picture = await variant(i % 3, 70 + (i % 25));
        const { status, json } = await ask(program, 'POST', '/identify', photo(picture));
        assert.equal(status, 200);
        assert.deepEqual([json.faces[0]?.decision, json.faces[0]?.person?.name], ['known', PEOPLE[i % 3]]);
        if (i % 4 === 0) await send();
        const models = await ask(program, 'GET', '/models');
        assert.equal(models.status, 200);
        looks.push(models.json);
        if (isOver(models.json)) return looks;
      }
    }

    assert.equal((await ask(program, 'POST', '/models/switch', { model: 'nonsense' })).status, 404);
    assert.equal((await ask(program, 'POST', '/models/switch', {})).status, 400);
    const begun = await ask(program, 'POST', '/models/switch', { model: SINGLE });
    assert.equal(begun.status, 202);
    assert.equal((await ask(program, 'POST', '/models/switch', { model: 'dlib-resnet-v1.jitter' })).status, 409);
    await bustle(({ preparing }) => (preparing?.done ?? 0) > 5);
    await program.stop('SIGKILL');
    program = await startProgram(data, ['--no-demo'], settings);
    const looks = await bustle((models) => isIn(models, SINGLE));
    assert.ok(
      looks.some((models) => isIn(models, MIRROR) && (models.preparing?.total ?? 0) >= 60),
      'it went on behind',
    );

    const after = await settled(await send());
    assert.match(after.model, /^dlib-resnet-v1@[0-9a-f]+$/);
    const last = shots - 1;
    const seen: Logged[] = [];
    for (let i = 0; i <= last; i++) seen.push(await settled(`shot-${i}`));
    for (const [i, { state, person }] of seen.entries()) {
      assert.deepEqual([state, person?.name], ['classified', PEOPLE[i % 3]], `shot-${i}`);
    }
    assert.equal(new Set(seen.map(({ model }) => model)).size, 2);

    // Back by the command line, which waits; nearly nothing is to be read.
    const back = await run(data, ['models', 'switch', MIRROR, '--wait']);
    assert.equal(back.status, 0, back.stderr);
    assert.match(back.stdout, /\.mirror is in force/);
    await bustle((models) => isIn(models, MIRROR));
    assert.match((await settled(await send())).model, /\.mirror$/);
    const nothing = await run(data, ['models', 'cancel']);
    assert.deepEqual([nothing.status, nothing.stdout], [1, 'No model is being prepared.\n']);
    await program.stop();

    // Without the program: the command prepares by itself.
    const alone = await run(data, ['models', 'switch', SINGLE, '--wait', '--json']);
    assert.equal(alone.status, 0, alone.stderr);
    assert.ok(isIn(JSON.parse(alone.stdout) as Models, SINGLE));
    const list = await run(data, ['models', 'list']);
    assert.match(list.stdout, /dlib-resnet-v1 .*in force/);
    assert.match(list.stdout, /dlib-resnet-v1\.mirror .*was in force, the settings' own/);
  } finally {
    await program.stop('SIGKILL');
    await folder.remove();
  }
});
