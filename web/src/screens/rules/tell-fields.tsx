// What a rule does: channels that are told, actions that are done.

import { Anchor, MultiSelect, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { actionsQuery, channelsQuery } from './queries.ts';
import type { RuleGiven } from './rule-draft.ts';

export function TellFields({
  rule,
  errorAt,
  onChange,
}: {
  readonly rule: RuleGiven;
  readonly errorAt: (key: keyof RuleGiven) => string | null;
  readonly onChange: (part: Partial<RuleGiven>) => void;
}) {
  const { t } = useTranslation();
  const channels = useQuery(channelsQuery).data?.items ?? [];
  // What opens a door for those who may in stands at the door, not here.
  const actions = (useQuery(actionsQuery).data?.items ?? []).filter(
    ({ id, access }) => access === null || rule.actions.includes(id),
  );
  const option = ({ id, name, enabled }: { id: string; name: string; enabled: boolean }) => ({
    value: id,
    label: enabled ? name : t('rules.offName', { name }),
  });
  return (
    <Stack gap="sm">
      <MultiSelect
        label={t('rules.channels')}
        description={t('rules.channelsHelp')}
        placeholder={rule.channels.length === 0 ? t('rules.noChannel') : ''}
        data={channels.map(option)}
        value={rule.channels}
        error={errorAt('channels')}
        clearable
        searchable
        onChange={(next) => onChange({ channels: next })}
      />
      {channels.length === 0 && (
        <Text size="sm">
          {t('rules.noChannelsYet')}{' '}
          <Anchor
            underline="always"
            renderRoot={(props: object) => <Link to="/rules" search={{ tab: 'channels', edit: 'new' }} {...props} />}
          >
            {t('channels.add')}
          </Anchor>
        </Text>
      )}
      {actions.length > 0 && (
        <MultiSelect
          label={t('rules.actions')}
          description={t('rules.actionsHelp')}
          placeholder={rule.actions.length === 0 ? t('rules.noAction') : ''}
          data={actions.map(option)}
          value={rule.actions}
          error={errorAt('actions')}
          clearable
          onChange={(next) => onChange({ actions: next })}
        />
      )}
    </Stack>
  );
}
