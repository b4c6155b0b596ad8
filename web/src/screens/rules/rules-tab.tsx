// The rules as sentences, each with its switch; one of them opened to be edited.

import { Button, Group, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { FirstSteps } from './first-steps.tsx';
import { channelsQuery, rulesQuery } from './queries.ts';
import { NEW_RULE } from './rule-draft.ts';
import { RuleEditor } from './rule-editor.tsx';
import { RuleCard } from './rule-card.tsx';
import { useRuleNames } from './rule-names.ts';

export function RulesTab() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { edit } = useSearch({ from: '/inside/rules' });
  const rules = useQuery(rulesQuery);
  const channels = useQuery(channelsQuery);
  const names = useRuleNames(rules.data?.items ?? []);
  const error = rules.error ?? channels.error;
  // While there is something to show, it stays: a rule may be half written.
  if (!rules.data || !channels.data) {
    if (!error) return <Loading />;
    return <Failed error={error} onRetry={() => void Promise.all([rules.refetch(), channels.refetch()])} />;
  }

  const open = (id: string | undefined): void => void navigate({ to: '/rules', search: { edit: id } });
  const one = rules.data.items.find(({ id }) => id === edit);
  if (edit === 'new' || one) {
    const firstChannels = channels.data.items.length === 1 ? channels.data.items.map(({ id }) => id) : [];
    return (
      <RuleEditor
        key={edit}
        stored={one ?? null}
        initial={one ?? { ...NEW_RULE, name: t('rules.firstName'), channels: firstChannels }}
        onDone={() => open(undefined)}
      />
    );
  }
  if (rules.data.items.length === 0) {
    return <FirstSteps hasChannel={channels.data.items.length > 0} onRule={() => open('new')} />;
  }
  return (
    <Stack>
      <Group justify="space-between">
        <Text c="dimmed">{t('rules.text')}</Text>
        <Button leftSection={<IconPlus size={18} />} onClick={() => open('new')}>
          {t('rules.add')}
        </Button>
      </Group>
      {rules.data.items.map((rule) => (
        <RuleCard key={rule.id} rule={rule} names={names} onEdit={() => open(rule.id)} />
      ))}
    </Stack>
  );
}
