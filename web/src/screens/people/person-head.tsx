// The head of a person's page: her best picture, her name (changed in place), where she was seen last, and what can be done.

import { ActionIcon, Badge, Button, Group, Menu, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDisclosure, useDocumentTitle } from '@mantine/hooks';
import { IconDots, IconDownload, IconEyeOff, IconGitMerge, IconPencil, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { Face } from '../../parts/face.tsx';
import { messageOf, tellFailure, tellUndoable } from '../../parts/notices.tsx';
import { When } from '../../parts/when.tsx';
import { DeletePeople } from './delete-people.tsx';
import { MergeInto } from './merge-into.tsx';
import { camerasQuery, type WholePerson } from './queries.ts';

export function PersonHead({ person, mayChange }: { readonly person: WholePerson; readonly mayChange: boolean }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [renaming, rename] = useDisclosure();
  const [merging, merge] = useDisclosure();
  const [deleting, remove] = useDisclosure();
  useDocumentTitle(`${person.name} · Kith`);
  const ignore = useMutation({
    mutationFn: () =>
      dataOf(
        api.PATCH('/api/v1/persons/{id}', { params: { path: { id: person.id } }, body: { ignored: !person.ignored } }),
      ),
    onSuccess: ({ entries, ignored }) =>
      tellUndoable(t(ignored ? 'people.ignoredMany' : 'people.unignoredMany', { count: 1 }), entries, cache),
    onError: tellFailure,
    onSettled: () => cache.invalidateQueries({ queryKey: ['persons'] }),
  });
  const exportAddress = `/api/v1/persons/${encodeURIComponent(person.id)}/export`;
  return (
    <Group align="start" gap="md" wrap="nowrap">
      <Face src={person.picture} name={person.name} size={96} />
      <Stack gap={4} flex={1} miw={0}>
        {renaming ? (
          <Rename person={person} onDone={rename.close} />
        ) : (
          <Group gap="xs" wrap="nowrap" align="start">
            <Title order={1} size="h2" className="anyName" lineClamp={3} title={person.name}>
              {person.name}
            </Title>
            {mayChange && person.kind === 'known' && (
              <ActionIcon
                variant="subtle"
                aria-label={t('people.rename')}
                title={t('people.rename')}
                onClick={rename.open}
              >
                <IconPencil size={18} />
              </ActionIcon>
            )}
          </Group>
        )}
        <Group gap={6}>
          <Badge variant="light" tt="none" color={person.kind === 'known' ? 'teal' : 'orange'}>
            {t(person.kind === 'known' ? 'people.known' : 'people.unknown')}
          </Badge>
          {person.ignored && (
            <Badge variant="default" tt="none">
              {t('people.isIgnored')}
            </Badge>
          )}
          {person.groups.map((group) => (
            <Badge
              key={group}
              variant="default"
              tt="none"
              maw={220}
              renderRoot={(props) => <Link to="/people" search={{ group }} {...props} />}
              style={{ cursor: 'pointer' }}
            >
              {group}
            </Badge>
          ))}
        </Group>
        <LastSeen person={person} />
      </Stack>
      {mayChange && (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <Button variant="default" px="xs" aria-label={t('people.actions')}>
              <IconDots size={18} />
              <Text span inherit ml={6} visibleFrom="xs" aria-hidden>
                {t('people.actions')}
              </Text>
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconEyeOff size={16} />} onClick={() => ignore.mutate()}>
              {t(person.ignored ? 'people.unignore' : 'people.ignore')}
            </Menu.Item>
            <Menu.Item leftSection={<IconGitMerge size={16} />} onClick={merge.open}>
              {t('people.mergeInto')}
            </Menu.Item>
            <Menu.Item leftSection={<IconDownload size={16} />} component="a" href={exportAddress} download>
              {t('people.exportAll')}
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={remove.open}>
              {t('people.delete')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      <MergeInto opened={merging} onClose={merge.close} person={person} />
      <DeletePeople
        opened={deleting}
        onClose={remove.close}
        people={[person]}
        onDeleted={() => void navigate({ to: '/people' })}
      />
    </Group>
  );
}

function LastSeen({ person }: { readonly person: WholePerson }) {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ['visits', 'last', person.id],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/visits', { params: { query: { person: person.id, limit: 1 } }, signal })),
  });
  const cameras = useQuery(camerasQuery).data?.items ?? [];
  const last = data?.items[0];
  if (person.lastSeenAt === null || !last) {
    return (
      <Text c="dimmed" size="sm">
        {t('people.neverSeen')}
      </Text>
    );
  }
  return (
    <Text size="sm" className="anyName">
      {t('people.lastSeen')} <When at={last.lastAt} fw={600} />,{' '}
      {cameras.find(({ id }) => id === last.camera)?.name ?? last.camera}
    </Text>
  );
}

function Rename({ person, onDone }: { readonly person: WholePerson; readonly onDone: () => void }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [name, setName] = useState(person.name);
  // What was seen when it was begun.
  const [version] = useState(person.version);
  const save = useMutation({
    mutationFn: () =>
      dataOf(
        api.PATCH('/api/v1/persons/{id}', {
          params: { path: { id: person.id } },
          body: { name, ifVersion: version },
        }),
      ),
    onSuccess: ({ entries }) => {
      tellUndoable(t('people.renamed'), entries, cache);
      onDone();
    },
    onSettled: () => cache.invalidateQueries({ queryKey: ['persons'] }),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() === person.name) onDone();
        else save.mutate();
      }}
    >
      <Group align="start" gap="xs">
        <TextInput
          flex="1 1 180px"
          aria-label={t('people.name')}
          value={name}
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- whoever chose to rename goes on by typing
          autoFocus
          error={save.isError ? messageOf(save.error) : undefined}
          onChange={({ currentTarget: { value } }) => {
            setName(value);
            save.reset();
          }}
          onKeyDown={({ key }) => {
            if (key === 'Escape') onDone();
          }}
        />
        <Button type="submit" loading={save.isPending}>
          {t('parts.save')}
        </Button>
        <Button variant="default" onClick={onDone}>
          {t('parts.cancel')}
        </Button>
      </Group>
    </form>
  );
}
