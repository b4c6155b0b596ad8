// One run as a line of the log; opened, why it was asked for, what went wrong, and its evidence.

import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { CameraNames, Run } from './door-data.ts';
import { causeText, lackedText, STATE_COLORS, stateText } from './door-words.ts';
import { EvidenceList } from './evidence.tsx';
import { JudgedRow } from './judged-row.tsx';

export function RunRow({
  run,
  door,
  cameras,
}: {
  readonly run: Run;
  /** False also of what was removed: nobody knows what it was. */
  readonly door: boolean;
  readonly cameras: CameraNames;
}) {
  const { t } = useTranslation();
  const cause = causeText(run);
  return (
    <JudgedRow
      detection={run.detection}
      name={run.person?.name ?? null}
      title={run.person?.name ?? (run.detection === null ? cause : t('parts.somebody'))}
      where={
        run.camera === null
          ? run.action.name
          : t('doors.doorAt', { door: run.action.name, camera: cameras.get(run.camera) ?? run.camera })
      }
      at={run.at}
      outcome={stateText(run, door)}
      color={STATE_COLORS[run.state]}
      hint={run.state === 'refused' ? lackedText(run.evidence) : run.error}
    >
      <Text size="sm">{cause}</Text>
      {run.error !== null && (
        <Text size="sm" c="red" className="anyName">
          {run.error}
        </Text>
      )}
      {run.state === 'unclear' && <Text size="sm">{t('doors.unclearMeans')}</Text>}
      {run.evidence.length > 0 && <EvidenceList evidence={run.evidence} />}
      {run.person && (
        <Anchor component={Link} to={`/people/${encodeURIComponent(run.person.id)}`} size="sm">
          {t('doors.toPerson', { name: run.person.name })}
        </Anchor>
      )}
    </JudgedRow>
  );
}
