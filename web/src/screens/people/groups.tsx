// All groups in one dialog: renamed, made into one, removed. The people in them stay, and most of it can be taken back.

import { ActionIcon, Alert, Anchor, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client.ts';
import { ask } from '../../parts/ask.tsx';
import { messageOf, tellDone, tellFailure, tellReversible } from '../../parts/notices.tsx';
import { membersOf, putIntoGroup, removeGroup, renameGroup } from './group-calls.ts';
import { groupsQuery } from './queries.ts';

type PersonGroup = Schemas['PersonGroup'];

export function Groups({
  chosen,
  onChoose,
}: {
  /** The group that the page shows the people of. */
  readonly chosen: string | undefined;
  readonly onChoose: (group: string | undefined) => void;
}) {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure();
  const groups = useQuery(groupsQuery).data?.items ?? [];
  const [renamed, setRenamed] = useState<string | null>(null);
  const remove = useRemoval((name) => {
    if (name === chosen) onChoose(undefined);
  });
  // The last one may just have been removed, and its dialog says so.
  if (groups.length === 0 && !opened) return null;
  return (
    <>
      <Button variant="default" onClick={open}>
        {t('people.manageGroups')}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={t('people.groups')}
        closeButtonProps={{ 'aria-label': t('parts.close') }}
      >
        {groups.length === 0 && <Text c="dimmed">{t('people.noGroups')}</Text>}
        <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
          {groups.map((group) => (
            <li key={group.name}>
              {group.name === renamed ? (
                <Rename
                  group={group}
                  others={groups.filter(({ name }) => name !== group.name)}
                  onDone={(now) => {
                    setRenamed(null);
                    if (now !== undefined && group.name === chosen) onChoose(now);
                  }}
                />
              ) : (
                <Group justify="space-between" wrap="nowrap">
                  <div>
                    <Anchor
                      component="button"
                      ta="start"
                      className="anyName"
                      onClick={() => {
                        onChoose(group.name);
                        close();
                      }}
                    >
                      {group.name}
                    </Anchor>
                    <Text size="sm" c="dimmed">
                      {t('people.count', { count: group.persons })}
                    </Text>
                  </div>
                  <Group gap="xs" wrap="nowrap">
                    <ActionIcon
                      variant="default"
                      size="lg"
                      aria-label={t('people.groupRename', { name: group.name })}
                      title={t('people.rename')}
                      onClick={() => setRenamed(group.name)}
                    >
                      <IconPencil size={18} />
                    </ActionIcon>
                    <ActionIcon
                      variant="default"
                      size="lg"
                      aria-label={t('people.groupRemove', { name: group.name })}
                      title={t('people.groupRemoveShort')}
                      loading={remove.isPending && remove.variables === group.name}
                      onClick={() =>
                        ask(
                          t('people.groupRemoveAsk', { name: group.name }),
                          t('people.groupRemoveMeans', { count: group.persons }),
                          { confirm: t('people.groupRemoveShort'), onConfirm: () => remove.mutate(group.name) },
                        )
                      }
                    >
                      <IconTrash size={18} />
                    </ActionIcon>
                  </Group>
                </Group>
              )}
            </li>
          ))}
        </Stack>
      </Modal>
    </>
  );
}

function useRemoval(onRemoved: (name: string) => void) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (name: string) => {
      const members = await membersOf(name);
      await removeGroup(name);
      return members;
    },
    onSuccess(members, name) {
      onRemoved(name);
      tellReversible(t('people.groupRemoved', { name }), cache, () => putIntoGroup(name, members));
    },
    onError: tellFailure,
    onSettled: () => readAnew(cache),
  });
}

function Rename({
  group,
  others,
  onDone,
}: {
  readonly group: PersonGroup;
  readonly others: readonly PersonGroup[];
  /** With the new name, where it has one. */
  readonly onDone: (now?: string) => void;
}) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [to, setTo] = useState(group.name);
  const wanted = to.trim();
  const other = others.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  const rename = useMutation({
    mutationFn: () => renameGroup(group.name, wanted),
    onSuccess({ name }) {
      onDone(name);
      const message = t(other ? 'people.groupsJoined' : 'people.groupRenamed', { from: group.name, to: name });
      // Who was in which of two is known to nobody afterwards.
      if (other) tellDone(message);
      else tellReversible(message, cache, async () => void (await renameGroup(name, group.name)));
    },
    onSettled: () => readAnew(cache),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted === group.name) onDone();
        else rename.mutate();
      }}
    >
      <TextInput
        label={t('people.groupRename', { name: group.name })}
        value={to}
        required
        maxLength={200}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- what was asked for
        autoFocus
        error={rename.isError ? messageOf(rename.error) : undefined}
        onChange={({ currentTarget: { value } }) => {
          setTo(value);
          rename.reset();
        }}
        // Escape ends the renaming; the dialog stays.
        data-mantine-stop-propagation
        onKeyDown={(event) => {
          if (event.key === 'Escape') onDone();
        }}
      />
      {other && (
        <Alert color="yellow" mt="xs" role="status" className="anyName">
          {t('people.groupsWouldJoin', { name: other.name })}
        </Alert>
      )}
      <Group justify="end" mt="xs" gap="xs">
        <Button size="compact-sm" variant="default" onClick={() => onDone()}>
          {t('parts.cancel')}
        </Button>
        <Button size="compact-sm" type="submit" loading={rename.isPending}>
          {t(other ? 'people.groupsJoin' : 'parts.save')}
        </Button>
      </Group>
    </form>
  );
}

function readAnew(cache: ReturnType<typeof useQueryClient>): Promise<unknown> {
  return Promise.all(['persons', 'groups'].map((key) => cache.invalidateQueries({ queryKey: [key] })));
}
