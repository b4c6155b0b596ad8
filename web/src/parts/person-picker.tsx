// Chooses a person by name, or makes a new one of that name.

import { Combobox, Group, Loader, Text, TextInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf, type Schemas } from '../api/client.ts';

export type Picked = { readonly person: Schemas['Person'] } | { readonly newName: string };

const MOST = 20;
const WAIT_MS = 150;
const NEW = '+';

export function PersonPicker({
  onPick,
  mayCreate = false,
  except,
  label,
  autoFocus = false,
}: {
  readonly onPick: (picked: Picked) => void;
  readonly mayCreate?: boolean;
  /** This person is not offered. */
  readonly except?: string;
  readonly label?: string;
  readonly autoFocus?: boolean;
}) {
  const { t } = useTranslation();
  const combobox = useCombobox({ onDropdownOpen: () => combobox.selectFirstOption() });
  const [text, setText] = useState('');
  const [query] = useDebouncedValue(text.trim(), WAIT_MS);
  const { data, isFetching, isPlaceholderData } = useQuery({
    queryKey: ['persons', 'picker', query],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/persons', { params: { query: { limit: MOST, ...(query !== '' && { query }) } }, signal }),
      ),
    placeholderData: keepPreviousData,
  });
  const typed = text.trim();
  // Who types faster than the answer comes must not choose somebody of the answer before.
  const isOld = isPlaceholderData || query !== typed;
  const found = (data?.items ?? []).filter(
    ({ id, name }) => id !== except && (!isOld || name.toLowerCase().includes(typed.toLowerCase())),
  );
  const isNew = mayCreate && typed !== '' && !found.some(({ name }) => name.toLowerCase() === typed.toLowerCase());

  const first = found[0]?.id;
  useEffect(() => {
    if (typed !== '') combobox.selectFirstOption();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the combobox is a new object each time
  }, [typed, first, found.length]);

  function submit(value: string): void {
    const person = found.find(({ id }) => id === value);
    combobox.closeDropdown();
    setText('');
    if (person) onPick({ person });
    else if (value === NEW) onPick({ newName: typed });
  }

  return (
    <Combobox store={combobox} onOptionSubmit={submit}>
      <Combobox.Target>
        <TextInput
          label={label ?? t('parts.findPerson')}
          placeholder={t('parts.findPerson')}
          value={text}
          maxLength={200}
          // The picker is opened by a deliberate act, whose next step is to type.
          data-autofocus={autoFocus || undefined}
          onChange={(event) => {
            setText(event.currentTarget.value);
            combobox.openDropdown();
            combobox.updateSelectedOptionIndex();
          }}
          onFocus={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
          rightSection={isFetching ? <Loader size="xs" /> : null}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options mah={260} style={{ overflowY: 'auto' }}>
          {found.map((person) => (
            <Combobox.Option key={person.id} value={person.id}>
              <Group justify="space-between" wrap="nowrap">
                <Text className="oneLine">{person.name}</Text>
              </Group>
            </Combobox.Option>
          ))}
          {isNew && <Combobox.Option value={NEW}>{t('parts.newPerson', { name: typed })}</Combobox.Option>}
          {found.length === 0 && !isNew && <Combobox.Empty>{t('parts.nobodyFound')}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
