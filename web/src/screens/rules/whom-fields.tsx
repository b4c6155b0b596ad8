// Of whom a rule tells: people and groups; nobody named: anybody.

import { Group, Input, MultiSelect, Pill, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { PersonPicker } from '../../parts/person-picker.tsx';
import { groupsQuery } from './queries.ts';
import type { RuleGiven } from './rule-draft.ts';

export function WhomFields({
  rule,
  names,
  onChange,
}: {
  readonly rule: RuleGiven;
  readonly names: ReadonlyMap<string, string>;
  readonly onChange: (part: Partial<RuleGiven>) => void;
}) {
  const { t } = useTranslation();
  const groups = useQuery(groupsQuery).data?.items ?? [];
  // Also those that nobody is in any more.
  const known = [...new Set([...groups.map(({ name }) => name), ...rule.groups])];
  return (
    <Stack gap="sm">
      <Input.Wrapper labelElement="div" label={t('rules.persons')} description={t('rules.personsHelp')}>
        <Stack gap="xs" mt={6}>
          {rule.persons.length > 0 && (
            <Group gap={6}>
              {rule.persons.map((id) => (
                <Pill
                  key={id}
                  size="lg"
                  withRemoveButton
                  onRemove={() => onChange({ persons: rule.persons.filter((one) => one !== id) })}
                  removeButtonProps={{
                    'aria-label': t('kindForm.removeOf', { name: names.get(id) ?? t('rules.say.somebody') }),
                    tabIndex: 0,
                    'aria-hidden': false,
                  }}
                >
                  {names.get(id) ?? t('rules.say.somebody')}
                </Pill>
              ))}
            </Group>
          )}
          <PersonPicker
            label={t('rules.addPerson')}
            onPick={(picked) => {
              if (!('person' in picked)) return;
              onChange({ persons: [...new Set([...rule.persons, picked.person.id])] });
            }}
          />
        </Stack>
      </Input.Wrapper>
      <MultiSelect
        label={t('rules.groups')}
        placeholder={rule.groups.length === 0 ? t('rules.noGroup') : ''}
        data={known}
        value={rule.groups}
        clearable
        searchable
        onChange={(next) => onChange({ groups: next })}
      />
      {rule.persons.length === 0 && rule.groups.length === 0 && (
        <Text size="xs" c="dimmed">
          {t('rules.anybody')}
        </Text>
      )}
    </Stack>
  );
}
