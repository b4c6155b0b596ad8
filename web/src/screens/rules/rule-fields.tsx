// Fields of a rule: what happens, at which cameras, after how long, how often it is told.

import { Checkbox, MultiSelect, SimpleGrid } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useCameraOptions, useZoneNames } from '../../parts/cameras.ts';
import { DurationInput } from '../../parts/duration-input.tsx';
import { EVENTS, hasAfter, withEvents, type RuleGiven } from './rule-draft.ts';

const MOST_AFTER_S = 2_592_000;
const MOST_COOLDOWN_S = 604_800;
const MOST_GATHER_S = 3600;

type Put = (part: Partial<RuleGiven>) => void;

export function EventsField({
  rule,
  errorAt,
  onChange,
}: {
  readonly rule: RuleGiven;
  readonly errorAt: (key: keyof RuleGiven) => string | null;
  readonly onChange: (rule: RuleGiven) => void;
}) {
  const { t } = useTranslation();
  return (
    <>
      <Checkbox.Group
        label={t('rules.on')}
        error={rule.on.length === 0 ? t('rules.noEvent') : errorAt('on')}
        value={rule.on}
        onChange={(on) => onChange(withEvents(rule, on))}
      >
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm" mt="xs">
          {EVENTS.map((event) => (
            <Checkbox
              key={event}
              value={event}
              label={t(`rules.events.${event}`)}
              description={t(`rules.eventHelp.${event}`)}
            />
          ))}
        </SimpleGrid>
      </Checkbox.Group>
      {hasAfter(rule) && (
        <DurationInput
          label={t('rules.after')}
          description={t('rules.afterHelp')}
          seconds={rule.afterS ?? 0}
          most={MOST_AFTER_S}
          error={errorAt('afterS')}
          onChange={(afterS) => onChange({ ...rule, afterS })}
        />
      )}
    </>
  );
}

export function WhereField({
  rule,
  error,
  onChange,
}: {
  readonly rule: RuleGiven;
  readonly error: string | null;
  readonly onChange: Put;
}) {
  const { t } = useTranslation();
  const cameras = useCameraOptions();
  const drawn = useZoneNames(rule.cameras);
  // Also those that are drawn no more.
  const zones = [...new Set([...drawn, ...rule.zones])];
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
      <MultiSelect
        label={t('log.cameras')}
        description={t('rules.camerasHelp')}
        placeholder={rule.cameras.length === 0 ? t('log.allCameras') : ''}
        data={cameras}
        value={rule.cameras}
        error={error}
        clearable
        searchable
        onChange={(next) => onChange({ cameras: next })}
      />
      {zones.length > 0 && !hasAfter(rule) && (
        <MultiSelect
          label={t('rules.zones')}
          description={t('rules.zonesHelp')}
          placeholder={rule.zones.length === 0 ? t('rules.wherever') : ''}
          data={zones}
          value={rule.zones}
          clearable
          searchable
          onChange={(next) => onChange({ zones: next })}
        />
      )}
    </SimpleGrid>
  );
}

export function PaceFields({
  rule,
  errorAt,
  onChange,
}: {
  readonly rule: RuleGiven;
  readonly errorAt: (key: keyof RuleGiven) => string | null;
  readonly onChange: Put;
}) {
  const { t } = useTranslation();
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
      <DurationInput
        label={t('rules.cooldown')}
        description={t('rules.cooldownHelp')}
        seconds={rule.cooldownS}
        most={MOST_COOLDOWN_S}
        error={errorAt('cooldownS')}
        onChange={(cooldownS) => onChange({ cooldownS })}
      />
      <DurationInput
        label={t('rules.gather')}
        description={t('rules.gatherHelp')}
        seconds={rule.gatherS}
        most={MOST_GATHER_S}
        error={errorAt('gatherS')}
        onChange={(gatherS) => onChange({ gatherS })}
      />
    </SimpleGrid>
  );
}
