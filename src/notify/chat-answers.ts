// An answer as Kith's API takes it, out of a button or out of words.

import type { UserClient } from '../chat-port.ts';
import { KithError } from '../errors.ts';
import { foldName } from '../fold-name.ts';
import type { Asked, Choice } from './chat-choices.ts';
import { looksLikeName, type WrittenAnswer } from './chat-words.ts';

/** Body of `POST /alerts/{id}/answer`. */
export interface AnswerBody {
  readonly answer: Choice['answer'];
  readonly personId?: string;
  readonly name?: string;
  readonly actionId?: string;
  readonly minutes?: number;
}

/** Sends it; answers what became of it, in words. KithErrors are the API's own. */
export async function sendAnswer(client: UserClient, alertId: string, body: AnswerBody): Promise<string> {
  const alert = await client.call<{ outcomes?: readonly { text?: unknown }[] } | undefined>({
    method: 'POST',
    path: `/alerts/${encodeURIComponent(alertId)}/answer`,
    json: body,
  });
  const text = alert?.outcomes?.at(-1)?.text;
  return typeof text === 'string' && text !== '' ? text : 'Done.';
}

export function bodyOfChoice({ answer, personId, actionId, minutes }: Choice): AnswerBody {
  return {
    answer,
    // Whom "not her" denies too: the message may name somebody else by now than when the alert was raised.
    ...((answer === 'is' || answer === 'not_her') && personId !== undefined && { personId }),
    ...(actionId !== undefined && { actionId }),
    ...(minutes !== undefined && { minutes }),
  };
}

/** A name that was asked for. */
export async function bodyOfName(client: UserClient, asked: Asked | null, answer: 'new' | 'merge', name: string) {
  return answer === 'new' ? { answer, name } : { answer, personId: await findPerson(client, asked, name) };
}

/** Null: it is no answer to this message. KithError: it is one, but names somebody or a door that is not there. */
export async function bodyOfWords(
  client: UserClient,
  asked: Asked,
  said: WrittenAnswer,
): Promise<AnswerBody | 'ask for name'> {
  if (said.answer === 'is' || said.answer === 'merge') {
    try {
      return { answer: said.answer, personId: await findPerson(client, asked, said.name) };
    } catch (error) {
      // "This is Ada" about a stranger, and nobody is called so yet: that is how people name her.
      const isNaming = error instanceof KithError && error.code === 'not_found' && said.answer === 'is';
      const isStranger = asked.choices.some(({ answer }) => answer === 'new');
      if (isNaming && isStranger && looksLikeName(said.name)) return { answer: 'new', name: said.name };
      throw error;
    }
  }
  if (said.answer === 'new') return said.name === null ? 'ask for name' : { answer: 'new', name: said.name };
  if (said.answer === 'open') return { answer: 'open', actionId: findDoor(asked, said.door) };
  if (said.answer === 'snooze') return { answer: 'snooze', minutes: said.minutes };
  const denied = said.answer === 'not_her' ? choiceNotHer(asked)?.personId : undefined;
  return { answer: said.answer, ...(denied !== undefined && { personId: denied }) };
}

/** "Not sure" is talk, and "not Ada" is an answer where the message says that it is Ada. */
export function fits(asked: Asked, said: WrittenAnswer): boolean {
  if (said.answer !== 'not_her' || said.name === null) return true;
  const named = choiceNotHer(asked)?.personName;
  return named !== undefined && isCalled(named, said.name);
}

function choiceNotHer({ choices }: Asked): Choice | undefined {
  return choices.find(({ answer }) => answer === 'not_her');
}

/** Those that the message names first, then everybody. KithError `not_found`. */
async function findPerson(client: UserClient, asked: Asked | null, name: string): Promise<string> {
  const near = (asked?.choices ?? []).filter(({ answer, personName }) => answer === 'is' && personName !== undefined);
  const [only, other] = near.filter(({ personName = '' }) => isCalled(personName, name));
  if (only?.personId !== undefined && !other) return only.personId;
  for (const kind of ['known', 'unknown']) {
    const { items } = await client.call<{ items: readonly { id: string; name: string }[] }>({
      method: 'GET',
      path: `/persons?kind=${kind}&limit=100&query=${encodeURIComponent(name.slice(0, 200))}`,
    });
    const found = items.find((person) => fold(person.name) === fold(name));
    if (found) return found.id;
  }
  throw new KithError('not_found', `Nobody is called ${JSON.stringify(name)}. For somebody new write: new ${name}`);
}

/** By the whole name or the first one. */
function isCalled(name: string, said: string): boolean {
  return fold(name) === fold(said) || fold(name).split(' ')[0] === fold(said);
}

function findDoor(asked: Asked, name: string | null): string {
  const doors = asked.choices.filter(({ answer }) => answer === 'open');
  const [door, other] =
    name === null ? doors : doors.filter(({ doorName = '' }) => fold(doorName).includes(fold(name)));
  if (door?.actionId !== undefined && !other) return door.actionId;
  const names = doors.map(({ doorName = '' }) => `open ${doorName}`).join(', ');
  throw new KithError(
    'invalid',
    doors.length === 0 ? 'No door can be opened from this message.' : `Which door do you mean? Write: ${names}`,
  );
}

function fold(text: string): string {
  return foldName(text).trim();
}
