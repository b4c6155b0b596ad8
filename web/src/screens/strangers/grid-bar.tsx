// What can be done with several strangers at once.

import { Button, Group, Paper, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tellFailure, tellUndoable } from '../../parts/notices.tsx';
import { PersonPicker, type Picked } from '../../parts/person-picker.tsx';
import { discardStranger, giveName, mergeStranger, setIgnored, type Done } from './calls.ts';
import { useExplained } from './explained.ts';
import type { Stranger } from './queue.ts';

type Work = () => Promise<Done>;

export function GridBar({
  chosen,
  leave,
  bringBack,
  onDone,
}: {
  readonly chosen: readonly Stranger[];
  readonly sightings: number;
  readonly leave: (id: string) => void;
  readonly bringBack: (id: string) => void;
  readonly onDone: () => void;
}) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const explained = useExplained();
  const [isBusy, setBusy] = useState(false);
  const [largest, ...others] = chosen.toSorted((a, b) => b.sightings - a.sightings);

  /** One after the other; what was done before something failed is told, and can be undone. `stays`: is still a stranger. */
  async function all(works: readonly (readonly [stranger: Stranger, work: Work])[], stays?: Stranger): Promise<void> {
    setBusy(true);
    const entries: { readonly seq: number }[] = [];
    const done = new Set<Stranger>();
    let sightings = 0;
    try {
      for (const [stranger, work] of works) {
        const { entries: made, more } = await work();
        entries.push(...made);
        if (!done.has(stranger)) sightings += stranger.sightings;
        sightings += more;
        done.add(stranger);
      }
    } catch (error) {
      tellFailure(error);
    }
    const gone = [...done].filter((one) => one !== stays).map(({ person }) => person.id);
    for (const id of gone) leave(id);
    const seq = entries[0]?.seq ?? 0;
    if (!stays && sightings > 0) explained.add(seq, sightings);
    if (done.size > 0) {
      tellUndoable(t('strangers.didMany', { count: done.size }), entries, cache, () => {
        explained.drop(seq);
        for (const id of gone) bringBack(id);
      });
    }
    setBusy(false);
    onDone();
    await cache.invalidateQueries({ queryKey: ['stranger-queue'] });
  }

  function name(picked: Picked): void {
    if (!largest) return;
    const into = 'person' in picked ? picked.person.id : largest.person.id;
    const merges = (into === largest.person.id ? others : [largest, ...others])
      .filter(({ person }) => person.id !== into)
      .map((stranger) => [stranger, () => mergeStranger(stranger.person.id, into)] as const);
    const isStranger = 'person' in picked && picked.person.kind === 'unknown';
    if ('person' in picked) void all(merges, isStranger ? chosen.find(({ person }) => person.id === into) : undefined);
    else void all([...merges, [largest, () => giveName(largest.person.id, picked)] as const]);
  }

  return (
    <Paper withBorder shadow="md" p="sm" pos="sticky" bottom={8} style={{ zIndex: 5 }}>
      <Group align="flex-end" gap="sm">
        <Text size="sm" fw={600} role="status">
          {t('strangers.chosen', { count: chosen.length })}
        </Text>
        <div style={{ flex: '1 1 220px' }}>
          <PersonPicker label={t('strangers.nameChosen')} mayCreate onPick={name} />
        </div>
        {largest && others.length > 0 && (
          <Button
            loading={isBusy}
            onClick={() =>
              void all(
                others.map(
                  (stranger) => [stranger, () => mergeStranger(stranger.person.id, largest.person.id)] as const,
                ),
                largest,
              )
            }
          >
            {t('strangers.mergeChosen')}
          </Button>
        )}
        <Button
          variant="default"
          loading={isBusy}
          onClick={() => void all(chosen.map((one) => [one, () => setIgnored(one.person.id, true)] as const))}
        >
          {t('strangers.ignoreChosen')}
        </Button>
        <Button
          variant="default"
          loading={isBusy}
          onClick={() => void all(chosen.map((one) => [one, () => discardStranger(one.person.id)] as const))}
        >
          {t('strangers.discardChosen')}
        </Button>
        <Button variant="subtle" color="gray" onClick={onDone}>
          {t('strangers.clear')}
        </Button>
      </Group>
    </Paper>
  );
}
