// All of a rule: what it is about, where, when, how often, who is told; tried on the log before it is switched on.

import { Alert, Button, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ApiError, dataOf } from '../../api/client.ts';
import { mutableHours } from '../../parts/hours.ts';
import { HoursEditor } from '../../parts/hours-editor.tsx';
import { LeaveGuard } from '../../parts/leave-guard.tsx';
import { messageOf, tellDone } from '../../parts/notices.tsx';
import { keyOfProblem } from '../../parts/schema.ts';
import { readRule, type Rule } from './queries.ts';
import { EventsField, PaceFields, WhereField } from './rule-fields.tsx';
import { givenOf, hasWhom, sentOf, type RuleGiven } from './rule-draft.ts';
import { useRuleNames } from './rule-names.ts';
import { ruleSentence } from './rule-words.ts';
import { askSwitchOn } from './switch-on.tsx';
import { TellFields } from './tell-fields.tsx';
import { TryOut } from './try-out.tsx';
import { WhomFields } from './whom-fields.tsx';

const CONFLICT = 409;

export function RuleEditor({
  stored,
  initial,
  onDone,
}: {
  /** Null: a new one. */
  readonly stored: Rule | null;
  readonly initial: Rule | RuleGiven;
  readonly onDone: () => void;
}) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  // What was there when the editing began; another administrator may change it meanwhile.
  const [base, setBase] = useState(stored);
  const [first] = useState<RuleGiven>(() => ('id' in initial ? givenOf(initial) : initial));
  const [rule, setRule] = useState(first);
  const names = useRuleNames([rule]);
  const leaves = useRef(false);
  const isDirty = JSON.stringify(rule) !== JSON.stringify(first);
  const put = (part: Partial<RuleGiven>): void => setRule((before) => ({ ...before, ...part }));

  const saving = useMutation({
    mutationFn: (enabled: boolean) => {
      const body = { ...sentOf(rule), enabled };
      if (base === null) return dataOf(api.POST('/api/v1/rules', { body }));
      const params = { path: { id: base.id } };
      return dataOf(api.PUT('/api/v1/rules/{id}', { params, body: { ...body, ifVersion: base.version } }));
    },
    async onSuccess({ enabled }) {
      await cache.invalidateQueries({ queryKey: ['rules'] });
      tellDone(t(enabled ? 'rules.savedOn' : 'rules.savedOff'));
      leaves.current = true;
      onDone();
    },
    async onError(error) {
      // What is on the page stays; it is saved over the rule as it is now.
      if (!(error instanceof ApiError) || error.status !== CONFLICT || base === null) return;
      setBase(await readRule(base.id));
    },
  });
  const problem = saving.error === null ? null : messageOf(saving.error);
  const wrong = problem === null ? null : keyOfProblem(problem, Object.keys(first));
  const errorAt = (key: keyof RuleGiven): string | null => (wrong === key ? problem : null);
  const isWhole = rule.name.trim() !== '' && rule.on.length > 0;

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isWhole) saving.mutate(rule.enabled);
      }}
    >
      <LeaveGuard when={() => isDirty && !leaves.current} />
      <Stack maw={820} gap="lg">
        <Title order={2} size="h3" className="anyName">
          {base === null ? t('rules.add') : base.name}
        </Title>
        <TextInput
          label={t('rules.name')}
          required
          maxLength={200}
          value={rule.name}
          error={errorAt('name')}
          onChange={(event) => put({ name: event.currentTarget.value })}
        />
        <Part title={t('rules.parts.when')}>
          <EventsField rule={rule} errorAt={errorAt} onChange={setRule} />
          {hasWhom(rule) && <WhomFields rule={rule} names={names.persons} onChange={put} />}
          <WhereField rule={rule} error={errorAt('cameras')} onChange={put} />
          <HoursEditor
            label={t('rules.hours')}
            value={rule.hours}
            onChange={(hours) => put({ hours: mutableHours(hours) })}
          />
        </Part>
        <Part title={t('rules.parts.often')}>
          <PaceFields rule={rule} errorAt={errorAt} onChange={put} />
        </Part>
        <Part title={t('rules.parts.then')}>
          <TellFields rule={rule} errorAt={errorAt} onChange={put} />
        </Part>
        <Paper withBorder p="md" bg="var(--mantine-color-default-hover)">
          <Text fw={600} className="anyName" aria-live="polite">
            {rule.on.length === 0 ? t('rules.noEvent') : ruleSentence(sentOf(rule), names)}
          </Text>
        </Paper>
        <Part title={t('rules.try.title')} text={t('rules.try.text')}>
          <TryOut rule={rule} />
        </Part>
        {problem !== null && (
          <Alert color="red" role="alert" title={t('parts.failed')} className="anyName">
            {problem}
          </Alert>
        )}
        <Group>
          <Button
            type="submit"
            variant={rule.enabled ? 'filled' : 'default'}
            loading={saving.isPending}
            disabled={!isWhole}
          >
            {t(rule.enabled ? 'parts.save' : 'rules.saveOff')}
          </Button>
          {!rule.enabled && (
            <Button
              disabled={!isWhole || saving.isPending}
              onClick={() => askSwitchOn(rule, () => saving.mutate(true))}
            >
              {t('rules.saveOn')}
            </Button>
          )}
          <Button variant="subtle" onClick={onDone}>
            {t('rules.back')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Part({
  title,
  text,
  children,
}: {
  readonly title: string;
  readonly text?: string;
  readonly children: React.ReactNode;
}) {
  return (
    <Stack gap="md" component="section" aria-label={title}>
      <div>
        <Title order={3} size="h4">
          {title}
        </Title>
        {text !== undefined && (
          <Text size="sm" c="dimmed">
            {text}
          </Text>
        )}
      </div>
      {children}
    </Stack>
  );
}
