// What is answered about a stranger: the next one is shown at once, and the answer is told, with a way back, when it is done.

import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { messageOf, tellFailure, tellMeanwhile, tellUndoable } from '../../parts/notices.tsx';
import type { Picked } from '../../parts/person-picker.tsx';
import { discardStranger, giveName, isWaiting, mergeStranger, setIgnored, splitStranger, type Done } from './calls.ts';
import { percent, useExplained } from './explained.ts';
import type { Stranger } from './queue.ts';

export interface Answers {
  name(stranger: Stranger, picked: Picked): void;
  merge(stranger: Stranger, into: { id: string; kind: 'known' | 'unknown' }): void;
  ignore(stranger: Stranger): void;
  discard(stranger: Stranger): void;
  unignore(stranger: Stranger): void;
  split(stranger: Stranger, detections: readonly string[], picked: Picked | null): Promise<void>;
}

interface Place {
  readonly leave: (id: string) => void;
  readonly bringBack: (id: string) => void;
}

/** `sightings`: of all strangers who wait. */
export function useAnswers({ leave, bringBack }: Place, sightings: number): Answers {
  const { t, i18n } = useTranslation();
  const cache = useQueryClient();
  const explained = useExplained();

  const count = (n: number): string => t('strangers.sightings', { count: n });
  const share = (n: number): string => percent(sightings === 0 ? 0 : Math.min(1, n / sightings), i18n.language);
  const refresh = (): Promise<void> => cache.invalidateQueries({ queryKey: ['stranger-queue'] });

  /** `explains`: of her sightings, those that are no mystery any more. */
  async function answer(
    stranger: Stranger,
    work: () => Promise<Done>,
    tell: (done: Done) => { message: string; explains: number },
  ): Promise<void> {
    const { id } = stranger.person;
    leave(id);
    try {
      const done = await work();
      const { message, explains } = tell(done);
      const seq = done.entries[0]?.seq ?? 0;
      if (explains > 0) explained.add(seq, explains);
      tellUndoable(message, done.entries, cache, () => {
        explained.drop(seq);
        bringBack(id);
      });
    } catch (error) {
      await refused(stranger, error);
    }
    await refresh();
  }

  async function refused({ person }: Stranger, error: unknown): Promise<void> {
    const waits = await isWaiting(person.id).catch(() => true);
    if (!waits) {
      tellMeanwhile(t('strangers.meanwhile', { name: person.name }), messageOf(error));
      return;
    }
    bringBack(person.id);
    tellFailure(error);
  }

  const into = (stranger: Stranger, work: () => Promise<Done>, kind: 'known' | 'unknown'): void => {
    const { name: from } = stranger.person;
    void answer(stranger, work, ({ name, more }) => {
      if (kind === 'unknown') return { message: t('strangers.mergedStrangers', { from, into: name }), explains: 0 };
      const all = stranger.sightings + more;
      const message = t('strangers.merged', { from, into: name, sightings: count(all), share: share(all) });
      return { message, explains: all };
    });
  };

  return {
    name(stranger, picked) {
      const work = (): Promise<Done> => giveName(stranger.person.id, picked);
      if ('person' in picked) {
        into(stranger, work, picked.person.kind);
        return;
      }
      void answer(stranger, work, ({ name, more }) => {
        const all = stranger.sightings + more;
        const message = t('strangers.named', { name, sightings: count(all), share: share(all) });
        return { message, explains: all };
      });
    },
    merge(stranger, { id, kind }) {
      into(stranger, () => mergeStranger(stranger.person.id, id), kind);
    },
    ignore(stranger) {
      const { person, sightings: n } = stranger;
      void answer(
        stranger,
        () => setIgnored(person.id, true),
        () => ({
          message: t('strangers.didIgnore', { name: person.name, sightings: count(n), share: share(n) }),
          explains: n,
        }),
      );
    },
    discard(stranger) {
      const { person, sightings: n } = stranger;
      void answer(
        stranger,
        () => discardStranger(person.id),
        () => ({
          message: t('strangers.didDiscard', { name: person.name, sightings: count(n) }),
          explains: n,
        }),
      );
    },
    unignore(stranger) {
      const { person } = stranger;
      void answer(
        stranger,
        () => setIgnored(person.id, false),
        () => ({
          message: t('strangers.didUnignore', { name: person.name }),
          explains: 0,
        }),
      );
    },
    async split({ person }, detections, picked) {
      const done = await splitStranger(person.id, detections, picked);
      const explains =
        picked === null || ('person' in picked && picked.person.kind === 'unknown') ? 0 : detections.length + done.more;
      const seq = done.entries[0]?.seq ?? 0;
      if (explains > 0) explained.add(seq, explains);
      const said = { sightings: count(detections.length), name: person.name, into: done.name };
      tellUndoable(t('strangers.didSplit', said), done.entries, cache, () => explained.drop(seq));
      await refresh();
    },
  };
}
