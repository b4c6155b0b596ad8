// The last hour of the log: filtered, searched, followed, copied.

import { Button, CopyButton, Group, Paper, Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconCheck, IconCopy, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf, type Schemas } from '../../api/client.ts';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { clockTime } from '../../parts/when.tsx';
import { LogLine } from './log-line.tsx';
import classes from './system.module.css';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
type Level = (typeof LEVELS)[number];
const FOLLOW_MS = 2_000;
const WAIT_MS = 250;
const MOST = 500;

export function Logs() {
  const { t } = useTranslation();
  const [level, setLevel] = useState<Level>('info');
  const [part, setPart] = useState<string | null>(null);
  const [text, setText] = useState('');
  const [follow, setFollow] = useState(true);
  const [query] = useDebouncedValue(text.trim(), WAIT_MS);
  const { data, error, refetch } = useQuery({
    queryKey: ['system', 'logs', level, part, query],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/system/logs', {
          params: { query: { level, limit: MOST, ...(part !== null && { part }), ...(query !== '' && { query }) } },
          signal,
        }),
      ),
    refetchInterval: follow ? FOLLOW_MS : false,
    placeholderData: keepPreviousData,
  });
  const lines = data?.items ?? [];
  return (
    <Stack gap="sm">
      <Group align="flex-end" gap="sm">
        <Select
          label={t('system.level')}
          data={LEVELS.map((value) => ({ value, label: t(`system.levels.${value}`) }))}
          value={level}
          onChange={(value) => setLevel(LEVELS.find((one) => one === value) ?? 'info')}
          allowDeselect={false}
          w={150}
        />
        <Select
          label={t('system.part')}
          data={data?.parts ?? []}
          value={part}
          onChange={setPart}
          placeholder={t('system.allParts')}
          clearable
          w={150}
        />
        <TextInput
          label={t('system.searchLog')}
          leftSection={<IconSearch size={16} />}
          value={text}
          maxLength={200}
          onChange={(event) => setText(event.currentTarget.value)}
          flex={1}
          miw={160}
        />
        <Switch
          label={t('system.follow')}
          checked={follow}
          onChange={(event) => setFollow(event.currentTarget.checked)}
          mb={8}
        />
        <CopyButton value={lines.map(asText).join('\n')}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
              onClick={copy}
              disabled={lines.length === 0}
            >
              {t(copied ? 'parts.copied' : 'parts.copy')}
            </Button>
          )}
        </CopyButton>
      </Group>
      {!data && (error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loading />)}
      {data && <Lines lines={lines} follow={follow} />}
      <Text size="xs" c="dimmed">
        {t('system.logAbout')}
      </Text>
    </Stack>
  );
}

function Lines({ lines, follow }: { readonly lines: Schemas['LogLines']['items']; readonly follow: boolean }) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const last = lines.at(-1)?.seq;
  useEffect(() => {
    // Each new line.
    if (follow && last !== undefined && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [follow, last]);
  return (
    <Paper
      withBorder
      className={classes['log'] ?? ''}
      ref={box}
      tabIndex={0}
      role="log"
      aria-label={t('system.tabs.log')}
      aria-live="off"
    >
      {lines.length === 0 && (
        <Text p="md" c="dimmed">
          {t('system.noLines')}
        </Text>
      )}
      {lines.map((line) => (
        <LogLine key={line.seq} line={line} />
      ))}
    </Paper>
  );
}

function asText({ at, level, part, message, details }: Schemas['LogLines']['items'][number]): string {
  const more = details ? ` ${JSON.stringify(details)}` : '';
  return `${clockTime(at)} ${level.toUpperCase()} ${part ?? ''}: ${message}${more}`;
}
