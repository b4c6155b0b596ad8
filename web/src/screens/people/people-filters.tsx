// What is looked for among the people: a name as it is typed, and everything else that one can go by.

import { Button, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback, useDisclosure, useHotkeys } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { attributesQuery, CONSENT_STATES, groupsQuery } from './queries.ts';

type Search = Readonly<Record<string, string | undefined>>;
const WAIT_MS = 200;

export function PeopleFilters({
  search,
  onChange,
}: {
  readonly search: Search;
  readonly onChange: (next: Search) => void;
}) {
  const { t } = useTranslation();
  // On a telephone they would take all of the screen.
  const [more, { toggle }] = useDisclosure();
  const chosen = Object.entries(search).filter(([key, value]) => key !== 'q' && value !== undefined).length;
  const box = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(search['q'] ?? '');
  const [told, setTold] = useState(search['q']);
  const tell = useDebouncedCallback((q: string) => onChange({ q: q.trim() === '' ? undefined : q.trim() }), WAIT_MS);
  // The address changed by itself: back, or the filters were cleared.
  if (told !== search['q']) {
    setTold(search['q']);
    if ((search['q'] ?? '') !== text.trim()) setText(search['q'] ?? '');
  }
  useHotkeys([['/', () => box.current?.focus()]]);
  const groups = useQuery(groupsQuery).data?.items ?? [];
  const attributes = useQuery(attributesQuery).data?.items ?? [];

  return (
    <Group gap="xs" mb="xs" align="end">
      <TextInput
        ref={box}
        type="search"
        flex="1 1 170px"
        label={t('people.search')}
        placeholder={t('people.searchHint')}
        leftSection={<IconSearch size={16} />}
        value={text}
        maxLength={200}
        onChange={({ currentTarget: { value } }) => {
          setText(value);
          tell(value);
        }}
      />
      <Button hiddenFrom="sm" variant="default" aria-expanded={more} onClick={toggle}>
        {chosen > 0 ? t('people.filtersSet', { count: chosen }) : t('people.filters')}
      </Button>
      <Group gap="xs" align="end" {...(!more && { visibleFrom: 'sm' })}>
        <Choice
          label={t('people.kind')}
          any={t('people.everybody')}
          value={search['kind']}
          options={[
            { value: 'known', label: t('people.known') },
            { value: 'unknown', label: t('people.unknown') },
          ]}
          onChange={(kind) => onChange({ kind })}
        />
        {(groups.length > 0 || search['group']) && (
          <Choice
            label={t('people.group')}
            any={t('people.anyGroup')}
            value={search['group']}
            options={withChosen(
              groups.map(({ name, persons }) => ({ value: name, label: `${name} (${persons})` })),
              search['group'],
            )}
            onChange={(group) => onChange({ group })}
          />
        )}
        {(attributes.length > 0 || search['attribute']) && (
          <Choice
            label={t('people.attribute')}
            any={t('people.anyAttribute')}
            value={search['attribute']}
            options={withChosen(
              attributes.flatMap(({ key, values }) =>
                values.map(({ value }) => ({ value: `${key}:${value}`, label: `${key}: ${value}` })),
              ),
              search['attribute'],
            )}
            onChange={(attribute) => onChange({ attribute })}
          />
        )}
        <Choice
          label={t('people.consent')}
          any={t('people.anyConsent')}
          value={search['consent']}
          options={CONSENT_STATES.map((state) => ({ value: state, label: t(`people.consentState.${state}`) }))}
          onChange={(consent) => onChange({ consent })}
        />
        <Choice
          label={t('people.ignored')}
          any={t('people.ignoredNot')}
          value={search['ignored']}
          options={[
            { value: 'only', label: t('people.ignoredOnly') },
            { value: 'all', label: t('people.ignoredToo') },
          ]}
          onChange={(ignored) => onChange({ ignored })}
        />
        <Choice
          label={t('people.sort')}
          any={t('people.sortName')}
          value={search['sort']}
          options={[{ value: 'seen', label: t('people.sortSeen') }]}
          onChange={(sort) => onChange({ sort })}
        />
      </Group>
    </Group>
  );
}

interface Option {
  readonly value: string;
  readonly label: string;
}

/** What the address asks for may be gone meanwhile, and still has to be seen. */
function withChosen(options: readonly Option[], chosen: string | undefined): readonly Option[] {
  return chosen === undefined || options.some(({ value }) => value === chosen)
    ? options
    : [...options, { value: chosen, label: chosen }];
}

const ANY = '*';

function Choice({
  label,
  any,
  value,
  options,
  onChange,
}: {
  readonly label: string;
  readonly any: string;
  readonly value: string | undefined;
  readonly options: readonly Option[];
  readonly onChange: (value: string | undefined) => void;
}) {
  return (
    <Select
      label={label}
      w={{ base: 'calc(50% - 6px)', xs: 126 }}
      data={[{ value: ANY, label: any }, ...options]}
      value={value ?? ANY}
      searchable={options.length > 10}
      allowDeselect={false}
      comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
      onChange={(next) => onChange(next === ANY || next === null ? undefined : next)}
    />
  );
}
