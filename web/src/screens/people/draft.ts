// What somebody is writing about a person, field by field, and how it differs from what is kept.

import type { ConsentState, PersonPatch, WholePerson } from './queries.ts';

export interface AttributeRow {
  readonly key: string;
  readonly value: string;
}

export interface Draft {
  readonly groups: string[];
  readonly attributes: readonly AttributeRow[];
  readonly notes: string;
  readonly consentState: ConsentState;
  /** YYYY-MM-DD; empty: the day on which it is saved. */
  readonly consentDay: string;
  readonly consentNote: string;
}

export type Field = 'groups' | 'attributes' | 'notes' | 'consent';
export const FIELDS: readonly Field[] = ['groups', 'attributes', 'notes', 'consent'];

export function draftOf(person: WholePerson): Draft {
  return {
    groups: [...person.groups],
    attributes: Object.entries(person.attributes).map(([key, value]) => ({ key, value })),
    notes: person.notes,
    consentState: person.consent.state,
    consentDay: dayOf(person.consent.at),
    consentNote: person.consent.note,
  };
}

function dayOf(at: string | null): string {
  if (at === null) return '';
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** As a text that is the same where the field is the same. */
function textOf(draft: Draft, field: Field): string {
  if (field === 'groups') return JSON.stringify(draft.groups.toSorted());
  if (field === 'notes') return draft.notes;
  if (field === 'consent') return JSON.stringify([draft.consentState, draft.consentDay, draft.consentNote]);
  const rows = draft.attributes.filter(({ key }) => key.trim() !== '');
  return JSON.stringify(
    rows.map(({ key, value }) => [key.trim(), value]).toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)),
  );
}

export function isSame(a: Draft, b: Draft, field: Field): boolean {
  return textOf(a, field) === textOf(b, field);
}

export function changedFields(person: WholePerson, draft: Draft): readonly Field[] {
  const kept = draftOf(person);
  return FIELDS.filter((field) => !isSame(kept, draft, field));
}

/** What the draft changes, as the API hears it. */
export function sayOf(draft: Draft, from: WholePerson): PersonPatch {
  const fields = changedFields(from, draft);
  const rows = draft.attributes.filter(({ key }) => key.trim() !== '');
  const { consentState: state, consentDay, consentNote: note } = draft;
  return {
    ...(fields.includes('groups') && { groups: draft.groups }),
    ...(fields.includes('attributes') && {
      attributes: Object.fromEntries(rows.map(({ key, value }) => [key.trim(), value])),
    }),
    ...(fields.includes('notes') && { notes: draft.notes }),
    ...(fields.includes('consent') && {
      consent: {
        state,
        note: state === 'none' ? '' : note,
        // Noon: the same day everywhere near.
        ...(state !== 'none' &&
          consentDay !== '' &&
          consentDay !== dayOf(from.consent.at) && { at: new Date(`${consentDay}T12:00:00`).toISOString() }),
      },
    }),
  };
}

/** `theirs` with what was taken from `mine`. */
export function mixed(theirs: Draft, mine: Draft, taken: ReadonlySet<Field>): Draft {
  return {
    ...theirs,
    ...(taken.has('groups') && { groups: mine.groups }),
    ...(taken.has('attributes') && { attributes: mine.attributes }),
    ...(taken.has('notes') && { notes: mine.notes }),
    ...(taken.has('consent') && {
      consentState: mine.consentState,
      consentDay: mine.consentDay,
      consentNote: mine.consentNote,
    }),
  };
}
