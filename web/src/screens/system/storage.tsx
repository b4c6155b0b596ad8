// How full the disk is, and of what.

import { Badge, Code, Progress } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client.ts';
import { bytes, number } from '../../parts/said.ts';
import { Fact, Tile } from './tile.tsx';

const COLORS = { ok: 'teal', low: 'orange', critical: 'red' } as const;

export function Storage({ storage }: { readonly storage: NonNullable<Schemas['System']['storage']> }) {
  const { t } = useTranslation();
  const { freeBytes, totalBytes, databaseBytes, pictures, level, folder, kind } = storage;
  const own = (kind === 'sqlite' ? (databaseBytes ?? 0) : 0) + (pictures?.bytes ?? 0);
  const used = totalBytes === null || freeBytes === null ? null : totalBytes - freeBytes;
  const share = (count: number): number => (totalBytes ? (count / totalBytes) * 100 : 0);
  return (
    <Tile
      title={t('system.storage')}
      aside={
        <Badge variant="light" color={COLORS[level]}>
          {t(`system.disk.${level}`)}
        </Badge>
      }
    >
      {used !== null && freeBytes !== null && totalBytes !== null && (
        <Progress.Root
          size="xl"
          mb="xs"
          role="img"
          aria-label={t('system.diskBar', { free: bytes(freeBytes), total: bytes(totalBytes) })}
        >
          <Progress.Section withAria={false} value={share(own)} color={COLORS[level]} />
          <Progress.Section withAria={false} value={share(Math.max(0, used - own))} color="gray.5" />
        </Progress.Root>
      )}
      {freeBytes !== null && totalBytes !== null && (
        <Fact name={t('system.free')}>{t('system.freeOf', { free: bytes(freeBytes), total: bytes(totalBytes) })}</Fact>
      )}
      <Fact name={t('system.pictures')}>
        {pictures === null
          ? t('system.counting')
          : t('system.picturesAre', { count: number(pictures.count), bytes: bytes(pictures.bytes) })}
      </Fact>
      <Fact name={t('system.database')}>
        {kind === 'sqlite' ? 'SQLite' : 'PostgreSQL'}
        {databaseBytes !== null && `, ${bytes(databaseBytes)}`}
      </Fact>
      <Fact name={t('system.folder')}>
        <Code>{folder}</Code>
      </Fact>
    </Tile>
  );
}
