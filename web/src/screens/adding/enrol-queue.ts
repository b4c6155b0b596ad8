// The photos of one person and what became of each. A new person is made by her first photo that is taken, so that nobody is kept whom no
// camera could recognise.

import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { postForm, type Schemas } from '../../api/client.ts';
import { findingsOf, type Finding } from '../../parts/gate.ts';
import { messageOf } from '../../parts/notices.tsx';
import type { Picked } from '../../parts/person-picker.tsx';

export interface QueuedPhoto {
  readonly key: number;
  readonly file: Blob;
  readonly state: 'waiting' | 'sending' | 'accepted' | 'warned' | 'refused' | 'failed';
  readonly findings: readonly Finding[];
  /** Of what has failed. */
  readonly message: string;
}

type MadePerson = Schemas['Person'] & {
  readonly photos: readonly Schemas['Verdict'][];
  readonly lookBack: Schemas['LookedBack'] | null;
};
type MadeReference = Schemas['Verdict'] & { readonly lookBack: Schemas['LookedBack'] | null };

export function useEnrolQueue() {
  const cache = useQueryClient();
  const [photos, setPhotos] = useState<readonly QueuedPhoto[]>([]);
  const [who, setWho] = useState<Picked | null>(null);
  const [busy, setBusy] = useState(false);
  const [sightings, setSightings] = useState(0);
  const lastKey = useRef(0);

  function change(key: number, more: Partial<QueuedPhoto>): void {
    setPhotos((all) => all.map((photo) => (photo.key === key ? { ...photo, ...more } : photo)));
  }

  function add(files: readonly Blob[]): void {
    const added = files.map((file): QueuedPhoto => {
      lastKey.current += 1;
      return { key: lastKey.current, file, state: 'waiting', findings: [], message: '' };
    });
    setPhotos((all) => [...all, ...added]);
  }

  /** Answers who the photo is of from now on. */
  async function send(photo: QueuedPhoto, target: Picked, force: boolean): Promise<Picked> {
    change(photo.key, { state: 'sending', findings: [], message: '' });
    const form = new FormData();
    form.set('image', photo.file, 'photo');
    form.set('force', String(force));
    try {
      if ('person' in target) {
        const path = `/api/v1/persons/${encodeURIComponent(target.person.id)}/references`;
        const { verdict, findings, lookBack } = await postForm<MadeReference>(path, form);
        change(photo.key, { state: verdict, findings });
        setSightings((count) => count + (lookBack?.sightings ?? 0));
        return target;
      }
      form.set('name', target.newName);
      const { photos: verdicts, lookBack, ...person } = await postForm<MadePerson>('/api/v1/persons', form);
      const [verdict] = verdicts;
      change(photo.key, { state: verdict?.verdict ?? 'accepted', findings: verdict?.findings ?? [] });
      setSightings((count) => count + (lookBack?.sightings ?? 0));
      return { person };
    } catch (error) {
      const findings = findingsOf(error);
      if (findings) change(photo.key, { state: 'refused', findings });
      else change(photo.key, { state: 'failed', message: messageOf(error) });
      return target;
    }
  }

  /** One after the other: each is judged by those before it. */
  async function enrol(some: readonly QueuedPhoto[], force = false): Promise<void> {
    if (who === null || busy) return;
    setBusy(true);
    let target = who;
    for (const photo of some) {
      target = await send(photo, target, force);
      setWho(target);
    }
    setBusy(false);
    void cache.invalidateQueries({ queryKey: ['persons'] });
  }

  return {
    photos,
    who,
    busy,
    sightings,
    taken: photos.filter(({ state }) => state === 'accepted' || state === 'warned').length,
    setWho,
    add,
    enrol,
    remove: (key: number) => setPhotos((all) => all.filter((photo) => photo.key !== key)),
    startOver() {
      setPhotos([]);
      setWho(null);
      setSightings(0);
    },
  };
}
