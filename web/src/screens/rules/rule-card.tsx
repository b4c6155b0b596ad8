// A rule in the list: what it says, whether it is on, and what can be done with it.

import { Button, Group, Paper, Stack, Switch, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { tellDone, tellFailure } from '../../parts/notices.tsx';
import type { Rule } from './queries.ts';
import { RemoveButton } from './remove-button.tsx';
import { givenOf } from './rule-draft.ts';
import { ruleSentence, type RuleNames } from './rule-words.ts';
import { askSwitchOn } from './switch-on.tsx';

export function RuleCard({
  rule,
  names,
  onEdit,
}: {
  readonly rule: Rule;
  readonly names: RuleNames;
  readonly onEdit: () => void;
}) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const params = { path: { id: rule.id } };
  const onSettled = () => cache.invalidateQueries({ queryKey: ['rules'] });
  const turn = useMutation({
    mutationFn: (enabled: boolean) =>
      dataOf(api.PUT('/api/v1/rules/{id}', { params, body: { ...givenOf(rule), enabled, ifVersion: rule.version } })),
    onSuccess: (_, enabled) => tellDone(t(enabled ? 'rules.isOn' : 'rules.isOff', { name: rule.name })),
    onError: tellFailure,
    onSettled,
  });
  const remove = useMutation({
    mutationFn: () => dataOf(api.DELETE('/api/v1/rules/{id}', { params })),
    onError: tellFailure,
    onSettled,
  });
  return (
    <Paper withBorder p="md" component="section" aria-label={rule.name}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Stack gap={4} miw={0}>
          <Title order={2} size="h5" className="anyName">
            {rule.name}
          </Title>
          <Text size="sm" className="anyName">
            {ruleSentence(rule, names)}
          </Text>
        </Stack>
        <Switch
          checked={rule.enabled}
          disabled={turn.isPending}
          label={t(rule.enabled ? 'settings.on' : 'settings.off')}
          aria-label={t('rules.switch', { name: rule.name })}
          onChange={(event) => {
            if (event.currentTarget.checked) askSwitchOn(rule, () => turn.mutate(true));
            else turn.mutate(false);
          }}
        />
      </Group>
      <Group gap={4} mt="sm">
        <Button size="xs" variant="default" onClick={onEdit}>
          {t('rules.edit')}
        </Button>
        <Button
          size="xs"
          variant="subtle"
          renderRoot={(props: object) => <Link to="/alerts" search={{ rule: rule.id }} {...props} />}
        >
          {t('rules.itsAlerts')}
        </Button>
        <RemoveButton
          title={t('rules.remove', { name: rule.name })}
          text={t('rules.removeText')}
          onRemove={() => remove.mutate()}
        />
      </Group>
    </Paper>
  );
}
