// The form of a door or an action that is kept in the store.

import { Alert, Button, Group, Paper, Radio, SimpleGrid, Stack, Switch, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { ask } from '../../parts/ask.tsx';
import { isAtField, KindForm, kindDescription, kindTitle } from '../../parts/kind-form.tsx';
import { LeaveGuard } from '../../parts/leave-guard.tsx';
import { messageOf, tellDone, tellFailure } from '../../parts/notices.tsx';
import { firstValues } from '../../parts/schema.ts';
import { asWords, bodyOf, draftOf, isWhole, shapeOf, type Draft, type Kind } from './action-draft.ts';
import { PhotographWarning } from './action-list.tsx';
import { actionsQuery, type Action } from './door-data.ts';
import classes from './doors.module.css';
import { Section } from './fixed-action.tsx';
import { PolicyEditor } from './policy-editor.tsx';
import { TryPolicy } from './try-policy.tsx';

export function ActionForm({ action, kinds }: { readonly action: Action | null; readonly kinds: readonly Kind[] }) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(() => draftOf(action, kinds));
  const [asked, setAsked] = useState(false);
  const { save, isDirty } = useSave(action, draft);
  const kind = kinds.find((one) => one.kind === draft.kind);
  const problem = save.error === null ? null : messageOf(save.error);
  const change = (part: Partial<Draft>): void => setDraft((before) => ({ ...before, ...part }));

  function submit(): void {
    setAsked(true);
    if (!draft.isDoor || isWhole(draft.policy)) save.mutate();
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <LeaveGuard when={isDirty} />
      <Stack maw={760} gap="lg">
        <Paper withBorder p="md">
          <Stack>
            <TextInput
              label={t('doors.name')}
              placeholder={t('doors.namePlaceholder')}
              required
              maxLength={200}
              value={draft.name}
              onChange={(event) => change({ name: event.currentTarget.value })}
            />
            <Switch
              label={t('doors.enabled')}
              checked={draft.enabled}
              onChange={(event) => change({ enabled: event.currentTarget.checked })}
            />
          </Stack>
        </Paper>
        <Section title={t('doors.does')}>
          {action === null ? (
            <KindChoice
              kinds={kinds}
              kind={draft.kind}
              onChange={(next) => change({ kind: next.kind, settings: firstValues(shapeOf(next)) })}
            />
          ) : (
            kind && <Text>{kindTitle(asWords(kind))}</Text>
          )}
          {kind && (
            <KindForm
              kind={asWords(kind).kind}
              schema={shapeOf(kind)}
              values={draft.settings}
              stored={action?.kind === draft.kind ? action.settings : null}
              problem={problem}
              onChange={(settings) => change({ settings })}
            />
          )}
        </Section>
        <Section title={t('doors.who')}>
          <Switch
            label={t('doors.byFace')}
            description={t('doors.byFaceHelp')}
            checked={draft.isDoor}
            onChange={(event) => change({ isDoor: event.currentTarget.checked })}
          />
          {draft.isDoor && (
            <>
              <PhotographWarning />
              <PolicyEditor policy={draft.policy} showsMissing={asked} onChange={(policy) => change({ policy })} />
              <TryPolicy policy={draft.policy} />
            </>
          )}
        </Section>
        {problem !== null && !(kind && isAtField(problem, shapeOf(kind))) && (
          <Alert color="red" icon={<IconAlertTriangle />} role="alert" className="anyName">
            {problem}
          </Alert>
        )}
        <Group justify="space-between">
          {action ? <Remove action={action} /> : <span />}
          <Button type="submit" loading={save.isPending}>
            {t('parts.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Saves and goes back to the list. `isDirty` is asked at the moment of leaving. */
function useSave(action: Action | null, draft: Draft) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const first = useRef(JSON.stringify(draft));
  const isSaved = useRef(false);
  // What somebody else has saved meanwhile comes by itself, and must not be overwritten unseen.
  const [version] = useState(action?.version ?? 0);
  const save = useMutation({
    mutationFn: () => {
      const body = bodyOf(draft);
      if (!action) return dataOf(api.POST('/api/v1/actions', { body }));
      const { id } = action;
      return dataOf(
        api.PUT('/api/v1/actions/{id}', { params: { path: { id } }, body: { ...body, ifVersion: version } }),
      );
    },
    async onSuccess() {
      isSaved.current = true;
      tellDone(t('doors.saved', { name: draft.name }));
      await cache.invalidateQueries({ queryKey: ['actions'] });
      await navigate({ to: '/doors', search: {} });
    },
  });
  return { save, isDirty: () => !isSaved.current && first.current !== JSON.stringify(draft) };
}

function KindChoice({
  kinds,
  kind,
  onChange,
}: {
  readonly kinds: readonly Kind[];
  readonly kind: Action['kind'];
  readonly onChange: (kind: Kind) => void;
}) {
  const { t } = useTranslation();
  return (
    <Radio.Group
      label={t('doors.kind')}
      value={kind}
      onChange={(name) => {
        const next = kinds.find((one) => one.kind === name);
        if (next) onChange(next);
      }}
    >
      <SimpleGrid cols={{ base: 1, sm: 3 }} mt="xs" spacing="xs">
        {kinds
          .filter(({ fileOnly }) => !fileOnly)
          .map((one) => (
            <Radio.Card key={one.kind} value={one.kind} p="sm" radius="md" className={classes['kind'] ?? ''}>
              <Group wrap="nowrap" align="flex-start" gap="sm">
                <Radio.Indicator />
                <div>
                  <Text size="sm" fw={600}>
                    {kindTitle(asWords(one))}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {kindDescription(asWords(one))}
                  </Text>
                </div>
              </Group>
            </Radio.Card>
          ))}
      </SimpleGrid>
      <Text size="xs" c="dimmed" mt="xs">
        {t('doors.commandHow')}
      </Text>
    </Radio.Group>
  );
}

function Remove({ action }: { readonly action: Action }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const remove = useMutation({
    mutationFn: () => dataOf(api.DELETE('/api/v1/actions/{id}', { params: { path: { id: action.id } } })),
    async onSuccess() {
      tellDone(t('doors.removed', { name: action.name }));
      await navigate({ to: '/doors', search: {}, ignoreBlocker: true });
      await cache.invalidateQueries({ queryKey: actionsQuery.queryKey });
    },
    onError: tellFailure,
  });
  return (
    <Button
      variant="subtle"
      color="red"
      loading={remove.isPending}
      onClick={() =>
        ask(t('doors.removeAsk', { name: action.name }), t('doors.removeText'), {
          confirm: t('doors.remove'),
          onConfirm: () => remove.mutate(),
        })
      }
    >
      {t('doors.remove')}
    </Button>
  );
}
