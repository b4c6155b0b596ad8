// What is asked before something is done to visits and shots: who it is, whom a person becomes, whether to erase for good.

import { Alert, Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../api/client.ts';
import { PersonPicker, type Picked } from './person-picker.tsx';
import type { Target } from './visit-change.ts';

type Named = Pick<Schemas['Person'], 'id' | 'name' | 'kind'>;

/** Of a stranger all visits are meant, unless somebody says otherwise; of a known person only these. */
export function IsDialog({
  targets,
  onPick,
  onClose,
}: {
  readonly targets: readonly Target[];
  /** `person`: the stranger who is to be somebody, with all of hers; null: only what was chosen. */
  readonly onPick: (picked: Picked, person: Named | null) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const [only] = targets;
  const stranger =
    targets.length === 1 && only?.shots === undefined && only?.entry.person?.kind === 'unknown'
      ? only.entry.person
      : null;
  const [isAll, setAll] = useState(true);
  const persons = new Set(targets.map(({ entry }) => entry.person?.id));
  const [except] = persons.size === 1 ? persons : [];
  return (
    <Modal opened onClose={onClose} title={t('log.isTitle')} closeButtonProps={{ 'aria-label': t('parts.close') }}>
      <Stack mih={320}>
        <PersonPicker
          mayCreate
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- opened to type into it
          autoFocus
          label={t('log.isWho')}
          {...(except !== undefined && { except })}
          onPick={(picked) => onPick(picked, isAll ? stranger : null)}
        />
        {stranger && (
          <Checkbox
            className="anyName"
            label={t('log.isAll', { name: stranger.name })}
            checked={isAll}
            onChange={(event) => setAll(event.currentTarget.checked)}
          />
        )}
      </Stack>
    </Modal>
  );
}

export function MergeDialog({
  person,
  onMerge,
  onClose,
}: {
  readonly person: Named;
  readonly onMerge: (from: Named, into: Named) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const [other, setOther] = useState<Named | null>(null);
  // Who has a name keeps it.
  const [from, into] = other?.kind === 'unknown' && person.kind === 'known' ? [other, person] : [person, other];
  return (
    <Modal opened onClose={onClose} title={t('log.mergeTitle')} closeButtonProps={{ 'aria-label': t('parts.close') }}>
      <Stack mih={320}>
        <PersonPicker
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- opened to type into it
          autoFocus
          except={person.id}
          label={t('log.mergeWho', { name: person.name })}
          onPick={(picked) => 'person' in picked && setOther(picked.person)}
        />
        {into && other && (
          <>
            <Text className="anyName">{t('log.mergeSure', { who: from.name, name: into.name })}</Text>
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                {t('parts.cancel')}
              </Button>
              <Button onClick={() => onMerge(from, into)}>{t('log.mergeDo')}</Button>
            </Group>
          </>
        )}
      </Stack>
    </Modal>
  );
}

export function EraseDialog({
  count,
  onErase,
  onClose,
}: {
  readonly count: number;
  readonly onErase: () => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('log.eraseTitle', { count })}
      closeButtonProps={{ 'aria-label': t('parts.close') }}
    >
      <Stack>
        <Alert color="red" icon={<IconAlertTriangle />}>
          {t('log.eraseText')}
        </Alert>
        <Text size="sm">{t('log.eraseOr')}</Text>
        <Group justify="flex-end">
          <Button variant="default" data-autofocus onClick={onClose}>
            {t('parts.cancel')}
          </Button>
          <Button color="red" onClick={onErase}>
            {t('log.eraseDo')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
