// What became of each photo, all or one kind of them.

import { Button, Group, Paper, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Face } from '../../parts/face.tsx';
import { mayForce } from '../../parts/gate.ts';
import { Findings, VerdictBadge } from '../../parts/verdict.tsx';
import { LocalThumb } from './local-thumb.tsx';
import type { PhotoResult, Verdict } from './upload.ts';

const AT_FIRST = 50;
const KINDS = ['all', 'refused', 'warned'] as const;
const SIZE = 56;

export function PhotoResults({
  results,
  busy,
  onForce,
}: {
  readonly results: readonly PhotoResult[];
  readonly busy: boolean;
  readonly onForce: (result: PhotoResult) => void;
}) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<'all' | Verdict>('all');
  const [shown, setShown] = useState(AT_FIRST);
  const chosen = kind === 'all' ? results : results.filter(({ verdict }) => verdict === kind);

  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={2} size="h4">
          {t('adding.results')}
        </Title>
        <SegmentedControl
          size="xs"
          aria-label={t('adding.show')}
          value={kind}
          onChange={(value) => setKind(KINDS.find((one) => one === value) ?? 'all')}
          data={KINDS.map((value) => ({
            value,
            label: value === 'all' ? t('adding.all') : t(`adding.counts.${value}`),
          }))}
        />
      </Group>
      {chosen.length === 0 && results.length > 0 && <Text c="dimmed">{t('adding.nothingOfThat')}</Text>}
      <Stack component="ul" gap={6} p={0} m={0} aria-label={t('adding.results')} style={{ listStyle: 'none' }}>
        {chosen.slice(0, shown).map((result) => (
          <Row key={result.photo.file} result={result} busy={busy} onForce={() => onForce(result)} />
        ))}
      </Stack>
      {chosen.length > shown && (
        <Button variant="subtle" onClick={() => setShown(shown + AT_FIRST)}>
          {t('adding.moreRows', { count: Math.min(AT_FIRST, chosen.length - shown) })}
        </Button>
      )}
    </Stack>
  );
}

function Row({
  result: { photo, verdict, findings, reference },
  busy,
  onForce,
}: {
  readonly result: PhotoResult;
  readonly busy: boolean;
  readonly onForce: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Paper withBorder p={6} component="li">
      <Group wrap="nowrap" align="flex-start" gap="sm">
        {reference === null ? (
          <LocalThumb photo={photo} size={SIZE} />
        ) : (
          <Face src={`/api/v1/references/${encodeURIComponent(reference)}/picture`} name={photo.name} size={SIZE} />
        )}
        <Stack gap={2} style={{ flex: 1, minWidth: 0 }}>
          <Group gap="xs" justify="space-between" wrap="nowrap">
            <Text fw={600} size="sm" className="oneLine" title={photo.name}>
              {photo.name}
            </Text>
            <VerdictBadge verdict={verdict} />
          </Group>
          <Text size="xs" c="dimmed" className="oneLine" title={photo.file}>
            {photo.file}
          </Text>
          <Findings of={findings} />
          {verdict === 'refused' && mayForce(findings) && !busy && (
            <Group>
              <Button size="compact-xs" variant="light" color="orange" onClick={onForce}>
                {t('adding.force')}
              </Button>
            </Group>
          )}
        </Stack>
      </Group>
    </Paper>
  );
}
