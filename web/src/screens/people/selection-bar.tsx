// What can be done with several people at once.

import { Button, Group, Paper, Popover, TagsInput, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { tellDone, tellFailure, tellUndoable } from '../../parts/notices.tsx';
import { DeletePeople } from './delete-people.tsx';
import { MergeTwo } from './merge-two.tsx';
import classes from './people.module.css';
import { groupsQuery, type Person } from './queries.ts';

/** Browsers ask before a page loads many files. */
const MOST_EXPORTS = 10;

export function SelectionBar({
  selected,
  onDone,
}: {
  readonly selected: readonly Person[];
  readonly onDone: () => void;
}) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [first, second] = selected;
  const isIgnored = selected.every(({ ignored }) => ignored);
  const [merging, merge] = useDisclosure();
  const [deleting, remove] = useDisclosure();

  const ignore = useMutation({
    mutationFn: async () => {
      const entries = [];
      for (const { id, ignored } of selected) {
        if (ignored === !isIgnored) continue;
        const body = { ignored: !isIgnored };
        entries.push(...(await dataOf(api.PATCH('/api/v1/persons/{id}', { params: { path: { id } }, body }))).entries);
      }
      return entries;
    },
    onSuccess: (entries) => {
      tellUndoable(
        t(isIgnored ? 'people.unignoredMany' : 'people.ignoredMany', { count: entries.length }),
        entries,
        cache,
      );
      onDone();
    },
    onError: tellFailure,
    onSettled: () => cache.invalidateQueries({ queryKey: ['persons'] }),
  });

  function exportAll(): void {
    for (const { id } of selected) {
      const link = document.createElement('a');
      link.href = `/api/v1/persons/${encodeURIComponent(id)}/export`;
      link.download = '';
      link.click();
    }
  }

  return (
    <Paper withBorder shadow="sm" p="xs" mb="xs" className={classes['bar']}>
      <Group gap="xs">
        <Text fw={600} role="status">
          {t('people.chosen', { count: selected.length })}
        </Text>
        <GroupChange selected={selected} mode="add" />
        <GroupChange selected={selected} mode="remove" />
        <Button size="compact-sm" variant="default" loading={ignore.isPending} onClick={() => ignore.mutate()}>
          {t(isIgnored ? 'people.unignore' : 'people.ignore')}
        </Button>
        {selected.length === 2 && first && second && (
          <Button size="compact-sm" variant="default" onClick={merge.open}>
            {t('people.merge')}
          </Button>
        )}
        <Button size="compact-sm" variant="default" disabled={selected.length > MOST_EXPORTS} onClick={exportAll}>
          {t('people.export')}
        </Button>
        <Button size="compact-sm" variant="light" color="red" onClick={remove.open}>
          {t('people.deleteMany')}
        </Button>
        <Button size="compact-sm" variant="subtle" onClick={onDone} title={t('people.keyEscape')}>
          {t('people.chooseNone')}
        </Button>
      </Group>
      {first && second && (
        <MergeTwo opened={merging} onClose={merge.close} one={first} other={second} onMerged={onDone} />
      )}
      <DeletePeople opened={deleting} onClose={remove.close} people={selected} onDeleted={onDone} />
    </Paper>
  );
}

function GroupChange({ selected, mode }: { readonly selected: readonly Person[]; readonly mode: 'add' | 'remove' }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [opened, { toggle, close }] = useDisclosure();
  const [names, setNames] = useState<string[]>([]);
  const all = useQuery(groupsQuery).data?.items ?? [];
  const theirs = [...new Set(selected.flatMap(({ groups }) => groups))];
  const change = useMutation({
    mutationFn: () =>
      dataOf(api.POST('/api/v1/persons/groups', { body: { persons: selected.map(({ id }) => id), [mode]: names } })),
    onSuccess: async () => {
      close();
      setNames([]);
      tellDone(t(mode === 'add' ? 'people.groupsAdded' : 'people.groupsRemoved', { count: selected.length }));
      await Promise.all(['persons', 'groups'].map((key) => cache.invalidateQueries({ queryKey: [key] })));
    },
    onError: tellFailure,
  });
  return (
    <Popover opened={opened} onDismiss={close} width={300} trapFocus withArrow>
      <Popover.Target>
        <Button
          size="compact-sm"
          variant="default"
          disabled={mode === 'remove' && theirs.length === 0}
          onClick={toggle}
        >
          {t(mode === 'add' ? 'people.addToGroup' : 'people.removeFromGroup')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <TagsInput
          label={t('people.groups')}
          description={t('people.groupsHint')}
          data={mode === 'add' ? all.map(({ name }) => name) : theirs}
          value={names}
          comboboxProps={{ withinPortal: false }}
          acceptValueOnBlur
          onChange={setNames}
        />
        <Group justify="end" mt="sm">
          <Button
            size="compact-sm"
            disabled={names.length === 0}
            loading={change.isPending}
            onClick={() => change.mutate()}
          >
            {t('parts.save')}
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}
