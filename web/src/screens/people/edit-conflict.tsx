// Two have changed the same person: what is there now and what one wrote, side by side; choose, or put it together by hand.

import { Button, Group, Modal, Paper, Radio, SimpleGrid, Stack, Text, Textarea, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changedFields, draftOf, FIELDS, isSame, mixed, type Draft, type Field } from './draft.ts';
import type { WholePerson } from './queries.ts';

export function EditConflict({
  message,
  base,
  mine,
  theirs,
  saving,
  onCancel,
  onTakeTheirs,
  onSave,
}: {
  /** The server's: who changed what when. */
  readonly message: string;
  readonly base: WholePerson;
  readonly mine: Draft;
  readonly theirs: WholePerson;
  readonly saving: boolean;
  readonly onCancel: () => void;
  readonly onTakeTheirs: () => void;
  readonly onSave: (wish: Draft) => void;
}) {
  const { t } = useTranslation();
  const now = draftOf(theirs);
  const own = changedFields(base, mine);
  const others = new Set(FIELDS.filter((field) => !isSame(draftOf(base), now, field)));
  const disputed = own.filter((field) => others.has(field) && !isSame(mine, now, field));
  const [taken, setTaken] = useState<ReadonlyMap<Field, 'mine' | 'theirs'>>(new Map());
  const [notes, setNotes] = useState(bothNotes(now.notes, mine.notes));
  const [byHand, setByHand] = useState(false);

  function save(): void {
    // What only one of the two has changed is nobody's loss.
    const kept = new Set(own.filter((field) => !disputed.includes(field) || taken.get(field) !== 'theirs'));
    const wish = mixed(now, mine, kept);
    onSave(byHand && disputed.includes('notes') ? { ...wish, notes } : wish);
  }

  return (
    <Modal
      opened
      onClose={onCancel}
      size="xl"
      title={t('people.conflictTitle')}
      closeButtonProps={{ 'aria-label': t('parts.close') }}
    >
      <Stack>
        <Text className="anyName" role="alert">
          {message}
        </Text>
        {disputed.length === 0 && <Text>{t('people.conflictNone')}</Text>}
        {disputed.map((field) => (
          <Radio.Group
            key={field}
            value={field === 'notes' && byHand ? 'hand' : (taken.get(field) ?? 'mine')}
            label={
              <Title order={3} size="h5">
                {t(`people.${field}`)}
              </Title>
            }
            onChange={(value) => {
              if (field === 'notes') setByHand(value === 'hand');
              if (value !== 'hand') setTaken(new Map(taken).set(field, value === 'theirs' ? 'theirs' : 'mine'));
            }}
          >
            <SimpleGrid cols={{ base: 1, sm: 2 }} mt="xs">
              <Side value="theirs" label={t('people.conflictTheirs')} draft={now} field={field} />
              <Side value="mine" label={t('people.conflictMine')} draft={mine} field={field} />
            </SimpleGrid>
            {field === 'notes' && (
              <Stack mt="xs" gap="xs">
                <Radio value="hand" label={t('people.conflictHand')} />
                {byHand && (
                  <Textarea
                    aria-label={t('people.conflictHand')}
                    autosize
                    minRows={4}
                    maxRows={14}
                    value={notes}
                    onChange={({ currentTarget: { value } }) => setNotes(value)}
                  />
                )}
              </Stack>
            )}
          </Radio.Group>
        ))}
        <Group justify="end">
          <Button variant="default" onClick={onCancel}>
            {t('people.conflictBack')}
          </Button>
          <Button variant="default" onClick={onTakeTheirs}>
            {t('people.conflictDrop')}
          </Button>
          <Button loading={saving} onClick={save}>
            {t('people.conflictSave')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Side({
  value,
  label,
  draft,
  field,
}: {
  readonly value: string;
  readonly label: string;
  readonly draft: Draft;
  readonly field: Field;
}) {
  const { t } = useTranslation();
  return (
    <Paper withBorder p="sm" miw={0}>
      <Radio value={value} label={label} mb="xs" />
      <Text className="anyName" size="sm" mah={240} style={{ whiteSpace: 'pre-wrap', overflowY: 'auto' }} tabIndex={0}>
        {shown(draft, field, (state) => t(`people.consentState.${state}`)) || t('people.conflictNothing')}
      </Text>
    </Paper>
  );
}

function shown(draft: Draft, field: Field, stateText: (state: Draft['consentState']) => string): string {
  if (field === 'groups') return draft.groups.join('\n');
  if (field === 'notes') return draft.notes;
  if (field === 'attributes') return draft.attributes.map(({ key, value }) => `${key}: ${value}`).join('\n');
  return [stateText(draft.consentState), draft.consentDay, draft.consentNote].filter((one) => one !== '').join('\n');
}

/** What both wrote, one below the other, as a beginning. */
function bothNotes(theirs: string, mine: string): string {
  if (mine.includes(theirs)) return mine;
  return theirs.includes(mine) ? theirs : `${theirs}\n\n${mine}`;
}
