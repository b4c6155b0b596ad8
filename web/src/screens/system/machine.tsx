// This process, its machine, and the versions of everything: what one is asked for when something is wrong.

import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client.ts';
import { bytes, duration, number } from '../../parts/said.ts';
import { Fact, Tile } from './tile.tsx';

export function Machine({ system: { machine, versions, startedAt, at } }: { readonly system: Schemas['System'] }) {
  const { t } = useTranslation();
  const { kith, node, platform, schema, model } = versions;
  const all = `Kith ${kith}, Node ${node}, schema ${schema}, ${model ?? 'no model'}, ${platform}`;
  return (
    <Tile
      title={t('system.machine')}
      aside={
        <CopyButton value={all}>
          {({ copied, copy }) => (
            <Tooltip label={t(copied ? 'parts.copied' : 'system.copyVersions')}>
              <ActionIcon variant="subtle" color="gray" onClick={copy} aria-label={t('system.copyVersions')}>
                {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
      }
    >
      <Fact name={t('system.runsFor')}>{duration((Date.parse(at) - Date.parse(startedAt)) / 1000)}</Fact>
      <Fact name={t('system.processor')}>
        {machine.cpu === null
          ? '–'
          : t('system.coresOf', { used: number(Math.round(machine.cpu * 10) / 10), count: machine.cores })}
      </Fact>
      <Fact name={t('system.memory')}>
        {t('system.memoryOf', { used: bytes(machine.memoryBytes), free: bytes(machine.machineFreeBytes) })}
      </Fact>
      <Fact name={t('system.host')}>
        {machine.hostname}, {platform}
      </Fact>
      <Fact name={t('system.version')}>
        Kith {kith} · Node {node} · {t('system.schema', { version: schema })}
      </Fact>
      <Fact name={t('system.model')}>{model ?? t('system.loading')}</Fact>
    </Tile>
  );
}
