// In which time zone all hours are meant, and which days are holidays.

import { ActionIcon, Alert, Button, Group, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import { api, dataOf, type Schemas } from '../../api/client.ts';
import { Failed } from '../../parts/failed.tsx';
import { LeaveGuard } from '../../parts/leave-guard.tsx';
import { Loading } from '../../parts/loading.tsx';
import { messageOf, tellDone } from '../../parts/notices.tsx';
import { calendarQuery } from './queries.ts';

export function CalendarTab() {
  const { data, error, refetch } = useQuery(calendarQuery);
  // While there is something to show, it stays: it may be half changed.
  if (data) return <Form stored={data} />;
  return error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loading />;
}

function Form({ stored }: { readonly stored: Schemas['Calendar'] }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [draft, setDraft] = useState<Schemas['Calendar'] | null>(null);
  const { timeZone, holidays } = draft ?? stored;
  const saving = useMutation({
    mutationFn: () => dataOf(api.PUT('/api/v1/calendar', { body: { timeZone, holidays } })),
    onSuccess(saved) {
      cache.setQueryData(['calendar'], saved);
      setDraft(null);
      tellDone(t('calendar.saved'));
    },
  });
  const setHoliday = (at: number, part: Partial<Schemas['Calendar']['holidays'][number]>): void =>
    setDraft({ timeZone, holidays: holidays.map((one, i) => (i === at ? { ...one, ...part } : one)) });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        saving.mutate();
      }}
    >
      <LeaveGuard when={() => draft !== null} />
      <Stack maw={640} gap="lg">
        <Text c="dimmed">{t('calendar.text')}</Text>
        <Select
          label={t('calendar.zone')}
          description={t('calendar.zoneHelp', { time: timeThere(timeZone) })}
          data={zonesWith(timeZone)}
          value={timeZone}
          searchable
          allowDeselect={false}
          onChange={(value) => value !== null && setDraft({ timeZone: value, holidays })}
        />
        <Stack gap="xs" component="section" aria-label={t('calendar.holidays')}>
          <Title order={2} size="h4">
            {t('calendar.holidays')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('calendar.holidaysText')}
          </Text>
          {holidays.map(({ day, name }, i) => (
            // oxlint-disable-next-line react/no-array-index-key -- a row is its place: both of its fields change
            <Group key={i} gap="xs" wrap="nowrap">
              <TextInput
                type="date"
                aria-label={t('calendar.day')}
                required
                value={day}
                onChange={(event) => setHoliday(i, { day: event.currentTarget.value })}
              />
              <TextInput
                flex={1}
                aria-label={t('calendar.holidayName')}
                placeholder={t('calendar.holidayName')}
                required
                maxLength={200}
                value={name}
                onChange={(event) => setHoliday(i, { name: event.currentTarget.value })}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                aria-label={t('kindForm.removeOf', { name: name || day })}
                onClick={() => setDraft({ timeZone, holidays: holidays.filter((_, at) => at !== i) })}
              >
                <IconTrash size={18} />
              </ActionIcon>
            </Group>
          ))}
          <Group>
            <Button
              variant="default"
              size="xs"
              leftSection={<IconPlus size={16} />}
              onClick={() => setDraft({ timeZone, holidays: [...holidays, { day: '', name: '' }] })}
            >
              {t('calendar.addHoliday')}
            </Button>
          </Group>
        </Stack>
        {saving.error && (
          <Alert color="red" role="alert" className="anyName">
            {messageOf(saving.error)}
          </Alert>
        )}
        <Group>
          <Button type="submit" loading={saving.isPending} disabled={draft === null}>
            {t('parts.save')}
          </Button>
          {draft !== null && (
            <Button variant="default" onClick={() => setDraft(null)}>
              {t('settings.discard')}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}

/** Those that the browser knows, and the one that is set. */
function zonesWith(zone: string): string[] {
  return [...new Set([zone, 'UTC', ...Intl.supportedValuesOf('timeZone')])].toSorted();
}

function timeThere(timeZone: string): string {
  try {
    return new Date().toLocaleTimeString(i18next.language, { timeZone, hour: '2-digit', minute: '2-digit' });
  } catch {
    return '…';
  }
}
