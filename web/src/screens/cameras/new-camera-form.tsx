// Name and id of a new camera, and the button that saves it.

import { Anchor, Button, Collapse, Group, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Failed } from '../../parts/failed.tsx';
import { ID_PATTERN, idFor, saveCamera, type Camera } from './camera-data.ts';

export function NewCameraForm({
  source,
  taken,
  firstName = '',
  submit,
  isLikely = true,
  onSaved,
  children,
}: {
  readonly source: string;
  /** Ids in use. */
  readonly taken: readonly string[];
  readonly firstName?: string;
  /** On the button. */
  readonly submit: string;
  /** false: the button does not ask to be pressed. */
  readonly isLikely?: boolean;
  /** May take what still belongs to the saving, and fail. */
  readonly onSaved: (camera: Camera) => Promise<void> | void;
  /** Above the fields. */
  readonly children: ReactNode;
}) {
  const cache = useQueryClient();
  const made = useNewCamera(taken, firstName);
  const [error, setError] = useState<unknown>(null);
  const [saving, setSaving] = useState(false);

  async function save(): Promise<void> {
    setSaving(true);
    setError(null);
    try {
      await onSaved(await saveCamera(made.id, { name: made.name.trim(), settings: { source } }));
      void cache.invalidateQueries({ queryKey: ['cameras'] });
    } catch (failure) {
      setError(failure);
    }
    setSaving(false);
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (made.name.trim() !== '' && made.problem === null) void save();
      }}
    >
      <Stack>
        {children}
        <NameFields made={made} />
        {error !== null && <Failed error={error} />}
        <Group>
          <Button type="submit" loading={saving} variant={isLikely ? 'filled' : 'default'}>
            {submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Name and id of a new camera. */
function useNewCamera(taken: readonly string[], firstName = '') {
  const [name, setName] = useState(firstName);
  const [ownId, setOwnId] = useState<string | null>(null);
  const id = ownId ?? idFor(name, taken);
  const problem = taken.includes(id) ? 'taken' : ID_PATTERN.test(id) ? null : 'wrong';
  return { name, setName, id, setOwnId, problem } as const;
}

function NameFields({ made }: { readonly made: ReturnType<typeof useNewCamera> }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const { name, setName, id, setOwnId, problem } = made;
  return (
    <>
      <TextInput
        label={t('cameras.name')}
        description={t('cameras.nameText')}
        placeholder={t('cameras.nameExample')}
        required
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Group gap="xs">
        <Text size="sm" c="dimmed">
          {t('cameras.idIs', { id })}
        </Text>
        {!open && (
          <Anchor component="button" type="button" size="sm" onClick={() => setOpen(true)}>
            {t('cameras.changeId')}
          </Anchor>
        )}
      </Group>
      <Collapse expanded={open || problem !== null}>
        <TextInput
          label={t('cameras.id')}
          description={t('cameras.idText')}
          value={id}
          error={problem && t(`cameras.idProblems.${problem}`)}
          onChange={(event) => setOwnId(event.currentTarget.value)}
        />
      </Collapse>
    </>
  );
}
