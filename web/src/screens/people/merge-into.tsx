// Choose who she is, then merge.

import { Modal } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PersonPicker } from '../../parts/person-picker.tsx';
import { MergeTwo } from './merge-two.tsx';
import type { Person } from './queries.ts';

export function MergeInto({
  opened,
  onClose,
  person,
}: {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly person: Person;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [other, setOther] = useState<Person | null>(null);
  function close(): void {
    setOther(null);
    onClose();
  }
  if (opened && other) {
    return (
      <MergeTwo
        opened
        onClose={close}
        one={other}
        other={person}
        onMerged={(into) => {
          if (into !== person.id) void navigate({ to: '/people/$id', params: { id: into }, replace: true });
        }}
      />
    );
  }
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={t('people.mergeWho')}
      closeButtonProps={{ 'aria-label': t('parts.close') }}
    >
      <PersonPicker
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the dialog's one field, which was asked for
        autoFocus
        except={person.id}
        onPick={(picked) => {
          if ('person' in picked) setOther(picked.person);
        }}
      />
    </Modal>
  );
}
