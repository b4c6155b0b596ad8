// The actions on visits and shots, with their questions, notices and the way back: the same wherever a visit is looked at.

import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Picked } from './person-picker.tsx';
import { tellDone, tellFailure, tellUndoable } from './notices.tsx';
import {
  changePerson,
  erase,
  identify,
  mergeInto,
  moveAll,
  say,
  together,
  type Change,
  type Target,
} from './visit-change.ts';
import { EraseDialog, IsDialog, MergeDialog } from './visit-dialogs.tsx';
import type { Entry } from './visit-entry.ts';

export interface VisitActs {
  confirm(targets: readonly Target[]): Promise<void>;
  notHer(targets: readonly Target[], person?: string): Promise<void>;
  move(targets: readonly Target[], to: Picked | null): Promise<void>;
  discard(targets: readonly Target[]): Promise<void>;
  ignore(entry: Entry): Promise<void>;
  /** These ask first. */
  is(targets: readonly Target[]): void;
  merge(entry: Entry): void;
  erase(targets: readonly Target[]): void;
}

type Asking =
  | { readonly what: 'is' | 'erase'; readonly targets: readonly Target[] }
  | { readonly what: 'merge'; readonly entry: Entry };

export function countOf(targets: readonly Target[]): number {
  return targets.reduce((sum, { entry, shots }) => sum + (shots?.length ?? entry.detections), 0);
}

/** `dialogs` has to stand somewhere. */
export function useVisitActs(onChanged: (change: Change) => void): { acts: VisitActs; dialogs: ReactNode } {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [asking, setAsking] = useState<Asking | null>(null);

  /** What was done until something failed stands, and can be taken back. */
  async function run(message: string, works: readonly (() => Promise<Change>)[]): Promise<void> {
    const done: Change[] = [];
    try {
      for (const work of works) done.push(await work());
    } catch (error) {
      tellFailure(error);
    }
    const change = together(done);
    if (done.length > 0) tellUndoable(message, change.entries, cache);
    if (done.length > 0) onChanged(change);
    await cache.invalidateQueries();
  }

  async function eraseAll(targets: readonly Target[]): Promise<void> {
    let erased = 0;
    try {
      for (const target of targets) erased += await erase(target);
    } catch (error) {
      tellFailure(error);
    }
    if (erased > 0) tellDone(t('log.erased', { count: erased }));
    onChanged({ entries: [], detections: [] });
    await cache.invalidateQueries();
  }

  const somebody = t('parts.somebody');
  const acts: VisitActs = {
    confirm: (targets) =>
      run(
        t('log.confirmed', { count: countOf(targets) }),
        targets.map((target) => () => say(target, { action: 'confirm' })),
      ),
    notHer: (targets, person) =>
      run(
        t('log.saidNotHer', { name: targets[0]?.entry.person?.name ?? somebody }),
        targets.map((target) => () => say(target, { action: 'not-her', ...(person !== undefined && { person }) })),
      ),
    move: (targets, to) =>
      run(to === null ? t('log.madeStranger') : t('log.moved', { name: nameOf(to), count: countOf(targets) }), [
        () => moveAll(targets, to),
      ]),
    discard: (targets) =>
      run(
        t('log.discarded', { count: countOf(targets) }),
        targets.map((target) => () => say(target, { action: 'discard' })),
      ),
    ignore: ({ person }) =>
      person === null
        ? Promise.resolve()
        : run(t('log.ignored', { name: person.name }), [() => changePerson(person.id, { ignored: true })]),
    is: (targets) => setAsking({ what: 'is', targets }),
    merge: (entry) => setAsking({ what: 'merge', entry }),
    erase: (targets) => setAsking({ what: 'erase', targets }),
  };

  const close = (): void => setAsking(null);
  const answered = (work: () => Promise<void>): void => {
    close();
    void work();
  };
  const dialogs = (
    <>
      {asking?.what === 'is' && (
        <IsDialog
          targets={asking.targets}
          onClose={close}
          onPick={(picked, person) =>
            answered(() =>
              person === null
                ? acts.move(asking.targets, picked)
                : run(t('log.identified', { who: person.name, name: nameOf(picked) }), [
                    () => identify(person.id, picked),
                  ]),
            )
          }
        />
      )}
      {asking?.what === 'merge' && asking.entry.person && (
        <MergeDialog
          person={asking.entry.person}
          onClose={close}
          onMerge={(from, into) =>
            answered(() =>
              run(t('log.merged', { who: from.name, name: into.name }), [() => mergeInto(from.id, into.id, true)]),
            )
          }
        />
      )}
      {asking?.what === 'erase' && (
        <EraseDialog
          count={countOf(asking.targets)}
          onClose={close}
          onErase={() => answered(() => eraseAll(asking.targets))}
        />
      )}
    </>
  );
  return { acts, dialogs };
}

function nameOf(picked: Picked): string {
  return 'person' in picked ? picked.person.name : picked.newName;
}
