// The sentence of an entry of the history, kept in parts, so that the names in it can be forgotten with the person.

/** Text, or somebody's name as it was then. */
export type Part = string | { readonly id: string; readonly name: string };

export type Summary = readonly Part[];

export const FORGOTTEN = 'somebody who was removed';

export function summaryText(json: string): string {
  const text = parse(json)
    .map((part) => (typeof part === 'string' ? part : part.name))
    .join('');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The same without the names and numbers of these persons. */
export function forgetIn(json: string, personIds: ReadonlySet<string>): string {
  return JSON.stringify(
    parse(json).map((part) => (typeof part !== 'string' && personIds.has(part.id) ? FORGOTTEN : part)),
  );
}

/** Finds the names of these persons in a text that somebody else wrote. */
export function partsOf(text: string, persons: readonly { readonly id: string; readonly name: string }[]): Summary {
  // The longest first: "Unknown 12" is not "Unknown 1" and a 2.
  const named = persons.filter((person) => person.name !== '').toSorted((a, b) => b.name.length - a.name.length);
  let parts: Summary = [text];
  for (const { id, name } of named) {
    parts = parts.flatMap((part) =>
      typeof part === 'string'
        ? part.split(name).flatMap((piece, i): Part[] => (i === 0 ? [piece] : [{ id, name }, piece]))
        : [part],
    );
  }
  return parts.filter((part) => part !== '');
}

/** `1 sighting was`, `3 sightings were`. */
export function sightingsWere(count: number): string {
  return count === 1 ? '1 sighting was' : `${count} sightings were`;
}

function parse(json: string): Summary {
  return JSON.parse(json) as Summary;
}
