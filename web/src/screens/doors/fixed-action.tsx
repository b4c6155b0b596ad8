// A door or action of kith.json: what it does and whom it lets in, in words, as it is changed in the file only. Its policy can be tried.

import { Alert, Code, Paper, Stack, Text, Title } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useCameraNames } from '../../parts/cameras.ts';
import { kindTitle } from '../../parts/kind-form.tsx';
import { textOr } from '../../parts/said.ts';
import { asWords, shapeOf, type Kind } from './action-draft.ts';
import { PhotographWarning } from './action-list.tsx';
import type { Action } from './door-data.ts';
import { fixedText, policyText } from './door-words.ts';
import { TryPolicy } from './try-policy.tsx';

export function FixedAction({
  action,
  kind,
}: {
  readonly action: Action;
  /** Undefined: the server is newer than its own list, which cannot be. */
  readonly kind: Kind | undefined;
}) {
  const { t } = useTranslation();
  const cameras = useCameraNames();
  const { access } = action;
  return (
    <Stack maw={760} gap="lg">
      <Alert icon={<IconLock />} color="blue" title={fixedText(action.fixedBy)} className="anyName">
        {t('doors.fixedHow')}
      </Alert>
      {!action.enabled && <Text>{t('doors.isOff')}</Text>}
      <Section title={t('doors.does')}>
        {kind && <Text>{kindTitle(asWords(kind))}</Text>}
        {Object.entries(action.settings ?? {}).map(([key, value]) => (
          <div key={key}>
            <Text size="sm" fw={600}>
              {textOr(
                `kinds.action_${action.kind}.${key}.title`,
                (kind && shapeOf(kind).properties?.[key]?.title) ?? key,
              )}
            </Text>
            <Code block className="anyName" style={{ whiteSpace: 'pre-wrap' }}>
              {shown(value)}
            </Code>
          </div>
        ))}
      </Section>
      <Section title={t('doors.who')}>
        {access ? (
          <>
            <Text className="anyName">{t('doors.letsIn', { policy: policyText(access, cameras) })}</Text>
            <Text size="sm" c="dimmed">
              {t('doors.furtherFigures', { quality: access.quality, fresh: access.freshS })}
            </Text>
            <PhotographWarning />
            <TryPolicy policy={access} />
          </>
        ) : (
          <Text>{t('doors.noPolicy')}</Text>
        )}
      </Section>
    </Stack>
  );
}

/** A command as one would type it. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(' ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title}>
      <Title order={2} size="h4" mb="xs">
        {title}
      </Title>
      <Paper withBorder p="md">
        <Stack>{children}</Stack>
      </Paper>
    </section>
  );
}
