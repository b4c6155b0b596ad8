// What is told at the edge of the screen: that something was done, with a way back, or why it was not.

import { Button, Group, Text } from '@mantine/core';
import { notifications, type NotificationData } from '@mantine/notifications';
import type { QueryClient } from '@tanstack/react-query';
import i18next from 'i18next';
import { api, ApiError, dataOf } from '../api/client.ts';

export function messageOf(error: unknown): string {
  if (error instanceof ApiError && error.status === 0) return i18next.t('shell.away');
  return error instanceof Error ? error.message : String(error);
}

/** For those who do not see the cross. */
function closable(): { readonly closeButtonProps: { readonly 'aria-label': string } } {
  return { closeButtonProps: { 'aria-label': i18next.t('parts.close') } };
}

/** In each of these places one notice stands: what comes takes the place of what was there, or they would cover a telephone's page. */
type Place = 'done' | 'undoable' | `failure: ${string}` | `meanwhile: ${string}`;
const standing = new Map<Place, string>();
let count = 0;

function tell(place: Place, notice: Omit<NotificationData, 'id'>): string {
  const before = standing.get(place);
  if (before !== undefined) notifications.hide(before);
  // A new one and not the same with other words: it is read out, and has all of its time.
  const id = `notice-${++count}`;
  standing.set(place, id);
  notifications.show({ ...closable(), ...notice, id });
  return id;
}

export function tellFailure(error: unknown): void {
  const message = messageOf(error);
  tell(`failure: ${message}`, { color: 'red', title: i18next.t('parts.failed'), message, autoClose: 10_000 });
}

export function tellDone(message: string): void {
  tell('done', { message });
}

/** Somebody else was faster, and what was meant to be done is not needed or not possible any more. */
export function tellMeanwhile(title: string, message: string): void {
  tell(`meanwhile: ${title}`, { color: 'orange', title, message });
}

/**
 * Changes of identity can be taken back: `entries` are what the API answered. The latest that was told is what `undoLast` takes; those
 * before it stand in the history.
 */
export function tellUndoable(
  message: string,
  entries: readonly { readonly seq: number }[],
  cache: QueryClient,
  /** Called once it is taken back. */
  onUndone?: () => void,
): void {
  if (entries.length === 0) {
    tellDone(message);
    return;
  }
  tellReversible(message, cache, async () => {
    // The latest first: an earlier one may have been changed by a later one.
    for (const { seq } of entries.toSorted((a, b) => b.seq - a.seq)) {
      await dataOf(api.POST('/api/v1/history/{seq}/undo', { params: { path: { seq: String(seq) } } }));
    }
    onUndone?.();
  });
}

/** What can be taken back by other means than the history: `takeBack` does it, or throws why not. */
export function tellReversible(message: string, cache: QueryClient, takeBack: () => Promise<void>): void {
  const undo = async (): Promise<void> => {
    notifications.hide(id);
    if (last === undo) last = null;
    try {
      await takeBack();
      tellDone(i18next.t('parts.undone'));
    } catch (error) {
      tellFailure(error);
    }
    await cache.invalidateQueries();
  };
  last = undo;
  const id = tell('undoable', {
    autoClose: 12_000,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" className="anyName">
          {message}
        </Text>
        <Button size="compact-sm" variant="light" flex="none" onClick={() => void undo()}>
          {i18next.t('parts.undo')}
        </Button>
      </Group>
    ),
  });
}

let last: (() => Promise<void>) | null = null;

/** Takes back what was told last, for the keyboard. */
export async function undoLast(): Promise<void> {
  await last?.();
}
