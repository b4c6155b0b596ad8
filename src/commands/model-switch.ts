// `kith models list|switch|cancel`: which embedding model is in force, and the change to another one.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../client.ts';
import { EXIT, type Output } from './output.ts';

interface Models {
  readonly items: readonly {
    readonly id: string;
    readonly name: string;
    readonly configured: boolean;
    readonly state: 'in_force' | 'preparing' | 'earlier' | 'available' | 'gone';
  }[];
  readonly inForce: string | null;
  readonly preparing: {
    readonly model: string;
    readonly done: number;
    readonly total: number;
    readonly failed: number;
    readonly secondsLeft: number | null;
    readonly asksForForce: boolean;
  } | null;
}

const STATES: Readonly<Record<Models['items'][number]['state'], string>> = {
  in_force: 'in force',
  preparing: 'being prepared',
  earlier: 'was in force',
  available: '',
  gone: 'was in force, cannot be made here any more',
};
const LOOK_MS = 500;

const ask = (client: Client) => client.call<Models>({ method: 'GET', path: '/models' });

export async function listModels(client: Client, output: Output): Promise<number> {
  const models = await ask(client);
  output.answer(models, ({ items, preparing }) => [
    ...items.map(({ id, name, state, configured }) => {
      const marks = [STATES[state], configured ? "the settings' own" : ''].filter((mark) => mark !== '');
      return `${name.padEnd(28)}  ${id.padEnd(38)}  ${marks.join(', ')}`.trimEnd();
    }),
    ...(preparing ? [stateOf(preparing)] : []),
  ]);
  return EXIT.done;
}

/** Exit 1 where it was asked to wait and the model has not taken over. */
export async function switchModel(
  client: Client,
  name: string,
  { wait = false, force = false }: { wait?: boolean; force?: boolean },
  output: Output,
): Promise<number> {
  let models = await client.call<Models>({ method: 'POST', path: '/models/switch', json: { model: name, force } });
  const model = models.items.find((item) => item.id === name || item.name === name)?.id ?? name;
  const progress = output.progress('Reading photos');
  let shown = -1;
  for (let { preparing: now } = models; now?.model === model; now = models.preparing) {
    if (!wait || (now.asksForForce && !force)) break;
    const read = now.done + now.failed;
    if (read !== shown) progress(read, now.total || 1);
    shown = read;
    await sleep(LOOK_MS);
    models = await ask(client);
  }
  const { inForce, preparing } = models;
  const switched = inForce === model;
  output.answer(models, () => {
    if (switched) return `${model} is in force.`;
    if (preparing?.model !== model) return `${model} was not prepared to the end: it was cancelled.`;
    if (preparing.asksForForce || wait) return stateOf(preparing);
    return client.origin === null
      ? `Kith does not run on this data folder: ${model} is prepared when it is started, or now with --wait.`
      : `${model} is being prepared and then takes over by itself; "kith models list" shows how far it is.`;
  });
  return switched || !wait ? EXIT.done : EXIT.no;
}

/** Exit 1 where there was nothing to cancel. */
export async function cancelSwitch(client: Client, output: Output): Promise<number> {
  const { preparing } = await ask(client);
  const models = await client.call<Models>({ method: 'DELETE', path: '/models/switch' });
  output.answer(models, () =>
    preparing
      ? `${preparing.model} is not prepared any further; ${models.inForce ?? 'no model'} stays in force.`
      : 'No model is being prepared.',
  );
  return preparing ? EXIT.done : EXIT.no;
}

function stateOf({ model, done, total, failed, secondsLeft, asksForForce }: NonNullable<Models['preparing']>): string {
  if (asksForForce) {
    return `${failed} of ${total} photos show no face to ${model}: "kith models switch ${model} --force" takes it all the same, "kith models cancel" leaves it.`;
  }
  if (total === 0) return `${model}: reading photos has not begun.`;
  const left = secondsLeft === null ? '' : `, about ${duration(secondsLeft)} left`;
  return `${model}: ${done} of ${total} photos are read${failed > 0 ? `, ${failed} without a usable face` : ''}${left}.`;
}

function duration(seconds: number): string {
  if (seconds < 90) return `${seconds} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
