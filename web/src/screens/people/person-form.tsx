// What is kept about a person: groups, attributes, notes, consent. Saved when somebody says so, and never over somebody else's words.

import { Alert, Button, Group, Select, Stack, TagsInput, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ApiError, dataOf } from '../../api/client.ts';
import { isSamePage, LeaveGuard } from '../../parts/leave-guard.tsx';
import { messageOf, tellDone } from '../../parts/notices.tsx';
import { fullTime } from '../../parts/when.tsx';
import { AttributeRows } from './attribute-rows.tsx';
import { changedFields, draftOf, sayOf, type Draft } from './draft.ts';
import { EditConflict } from './edit-conflict.tsx';
import { CONSENT_STATES, groupsQuery, type WholePerson } from './queries.ts';

const LONGEST_NOTES = 10_000;

export function PersonForm({ person, mayChange }: { readonly person: WholePerson; readonly mayChange: boolean }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  /** What the draft began with: it stays while somebody writes, whatever others save meanwhile. */
  const [base, setBase] = useState(person);
  const [draft, setDraft] = useState<Draft>(() => draftOf(person));
  const [theirs, setTheirs] = useState<{ person: WholePerson; message: string } | null>(null);
  const changed = changedFields(base, draft);
  const isDirty = changed.length > 0;
  if (!isDirty && base !== person && person.version >= base.version) {
    setBase(person);
    setDraft(draftOf(person));
  }
  const groups = useQuery(groupsQuery).data?.items ?? [];

  const save = useMutation({
    mutationFn: ({ wish, from }: { wish: Draft; from: WholePerson }) =>
      dataOf(
        api.PATCH('/api/v1/persons/{id}', {
          params: { path: { id: person.id } },
          body: { ...sayOf(wish, from), ifVersion: from.version },
        }),
      ),
    onSuccess: (saved) => {
      setBase(saved);
      setDraft(draftOf(saved));
      setTheirs(null);
      cache.setQueryData(['persons', 'one', person.id], saved);
      tellDone(t('people.saved'));
      void Promise.all(['persons', 'groups'].map((key) => cache.invalidateQueries({ queryKey: [key] })));
    },
    onError: (error) => {
      if (error instanceof ApiError && error.status === 409 && error.more['person']) {
        setTheirs({ person: error.more['person'] as WholePerson, message: error.message });
      }
    },
  });
  const isConflict = theirs !== null;
  const set = <K extends keyof Draft>(field: K, value: Draft[K]): void => {
    save.reset();
    setDraft({ ...draft, [field]: value });
  };
  const { consent } = person;

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isDirty) save.mutate({ wish: draft, from: base });
      }}
    >
      <LeaveGuard when={() => isDirty} within={isSamePage} />
      <Stack gap="sm">
        <TagsInput
          label={t('people.groups')}
          placeholder={draft.groups.length === 0 ? t('people.groupsHint') : ''}
          data={groups.map(({ name }) => name)}
          value={draft.groups}
          disabled={!mayChange}
          acceptValueOnBlur
          onChange={(value) => set('groups', value)}
        />
        <AttributeRows rows={draft.attributes} disabled={!mayChange} onChange={(rows) => set('attributes', rows)} />
        <Textarea
          label={t('people.notes')}
          autosize
          minRows={3}
          maxRows={16}
          value={draft.notes}
          readOnly={!mayChange}
          error={Array.from(draft.notes).length > LONGEST_NOTES ? t('people.notesTooLong') : undefined}
          onChange={({ currentTarget: { value } }) => set('notes', value)}
        />
        <Group grow align="start">
          <Select
            label={t('people.consent')}
            data={CONSENT_STATES.map((state) => ({ value: state, label: t(`people.consentState.${state}`) }))}
            value={draft.consentState}
            allowDeselect={false}
            disabled={!mayChange}
            onChange={(value) => {
              const state = CONSENT_STATES.find((one) => one === value) ?? 'none';
              save.reset();
              // A new word has a new day, unless somebody says which.
              setDraft({
                ...draft,
                consentState: state,
                consentDay: state === base.consent.state ? draftOf(base).consentDay : '',
              });
            }}
          />
          {draft.consentState !== 'none' && (
            <TextInput
              type="date"
              label={t('people.consentDay')}
              value={draft.consentDay}
              disabled={!mayChange}
              onChange={({ currentTarget: { value } }) => set('consentDay', value)}
            />
          )}
        </Group>
        {draft.consentState !== 'none' && (
          <TextInput
            label={t('people.consentNote')}
            value={draft.consentNote}
            maxLength={500}
            disabled={!mayChange}
            onChange={({ currentTarget: { value } }) => set('consentNote', value)}
          />
        )}
        {consent.by !== null && consent.at !== null && (
          <Text size="xs" c="dimmed" className="anyName">
            {t('people.consentBy', { by: consent.by, at: fullTime(consent.at) })}
          </Text>
        )}
        {save.isError && !isConflict && (
          <Alert color="red" role="alert" className="anyName">
            {messageOf(save.error)}
          </Alert>
        )}
        {mayChange && (
          <Group justify="end" mih={36}>
            {isDirty && (
              <>
                <Text size="sm" c="dimmed" role="status" mr="auto">
                  {t('people.unsaved')}
                </Text>
                <Button
                  variant="default"
                  onClick={() => {
                    save.reset();
                    setBase(person);
                    setDraft(draftOf(person));
                  }}
                >
                  {t('people.discard')}
                </Button>
                <Button type="submit" loading={save.isPending}>
                  {t('parts.save')}
                </Button>
              </>
            )}
          </Group>
        )}
      </Stack>
      {isConflict && (
        <EditConflict
          message={theirs.message}
          base={base}
          mine={draft}
          theirs={theirs.person}
          saving={save.isPending}
          onCancel={() => setTheirs(null)}
          onTakeTheirs={() => {
            setBase(theirs.person);
            setDraft(draftOf(theirs.person));
            setTheirs(null);
            cache.setQueryData(['persons', 'one', person.id], theirs.person);
          }}
          onSave={(wish) => {
            // From here on theirs is what is there, and what differs from it is to be saved.
            setBase(theirs.person);
            setDraft(wish);
            save.mutate({ wish, from: theirs.person });
          }}
        />
      )}
    </form>
  );
}
