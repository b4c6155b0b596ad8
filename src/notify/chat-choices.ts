// What can be answered to a message, as buttons: each says exactly what it will do, also when the log has moved on since.

import type { AnswerKind, Message } from '../channel-port.ts';

/** One button. It is kept beside the message, so what is pressed is what was read. */
export interface Choice {
  readonly answer: AnswerKind;
  readonly label: string;
  /** Whom `is` names; whom `not_her` denies. */
  readonly personId?: string;
  readonly personName?: string;
  /** The door that `open` opens. */
  readonly actionId?: string;
  readonly doorName?: string;
  /** How long `snooze` is. */
  readonly minutes?: number;
}

/** What is kept of a message: which alert it tells of, and what could be answered. */
export interface Asked {
  readonly alertId: string;
  readonly choices: readonly Choice[];
}

const MOST_CANDIDATES = 3;
const MOST_DOORS = 5;
/** The shortest limit of a messenger is 75 characters; a telephone shows fewer. */
const MOST_LABEL = 40;
const SNOOZE_MINUTES = 60;

/** These want a name, which a form or a reply gives. */
export function asksForName({ answer }: Pick<Choice, 'answer'>): boolean {
  return answer === 'new' || answer === 'merge';
}

const CHOICES: Readonly<Record<AnswerKind, (message: Message) => readonly Omit<Choice, 'answer'>[]>> = {
  is: ({ sightings }) =>
    (sightings[0]?.candidates ?? [])
      .slice(0, MOST_CANDIDATES)
      .map(({ personId, name }) => ({ label: `It is ${name}`, personId, personName: name })),
  new: () => [{ label: 'New person' }],
  merge: () => [{ label: 'Merge with …' }],
  not_her({ sightings }) {
    const person = sightings[0]?.person;
    return person ? [{ label: `Not ${person.name}`, personId: person.id, personName: person.name }] : [];
  },
  ignore: () => [{ label: 'Ignore' }],
  open: ({ doors }) =>
    doors.slice(0, MOST_DOORS).map(({ id, name }) => ({ label: `Open ${name}`, actionId: id, doorName: name })),
  snooze: () => [{ label: 'Snooze 1 h', minutes: SNOOZE_MINUTES }],
};

export function askedBy(message: Message): Asked {
  const choices = message.answers.flatMap((answer) =>
    CHOICES[answer](message).map((choice) => ({ answer, ...choice, label: shortened(choice.label) })),
  );
  return { alertId: message.alert.id, choices };
}

/** Names first, each on a line of its own; then what is short, three to a line; then doors. Numbers are places in `choices`. */
export function rowsOf(choices: readonly Choice[]): readonly (readonly number[])[] {
  const numbered = choices.map(({ answer }, n) => ({ answer, n }));
  const rows = numbered.filter(({ answer }) => answer === 'is').map(({ n }) => [n]);
  const short = numbered.filter(({ answer }) => answer !== 'is' && answer !== 'open').map(({ n }) => n);
  for (let at = 0; at < short.length; at += 3) rows.push(short.slice(at, at + 3));
  for (const { answer, n } of numbered) if (answer === 'open') rows.push([n]);
  return rows;
}

function shortened(label: string): string {
  return label.length <= MOST_LABEL ? label : `${label.slice(0, MOST_LABEL - 1).toWellFormed()}…`;
}
