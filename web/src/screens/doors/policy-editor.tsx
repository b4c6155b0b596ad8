// Who is let in: groups, cameras, hours, how sure, and how good and fresh the shots must be. Ends in one plain sentence.

import { Anchor, MultiSelect, NumberInput, Radio, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { useCameraNames } from '../../parts/cameras.ts';
import { HoursEditor } from '../../parts/hours-editor.tsx';
import { isWhole } from './action-draft.ts';
import type { Policy } from './door-data.ts';
import { policyText } from './door-words.ts';

const SURE = ['certain', 'likely'] as const;

export function PolicyEditor({
  policy,
  showsMissing,
  onChange,
}: {
  readonly policy: Policy;
  /** Saving was tried: what lacks is said at its field. */
  readonly showsMissing: boolean;
  readonly onChange: (policy: Policy) => void;
}) {
  const { t } = useTranslation();
  const cameras = useCameraNames();
  const { data: groups } = useQuery({
    queryKey: ['groups'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/groups', { signal })),
  });
  const change = (part: Partial<Policy>): void => onChange({ ...policy, ...part });
  const groupNames = [...new Set([...(groups?.items ?? []).map(({ name }) => name), ...policy.groups])];
  const cameraChoices = [...new Set([...cameras.keys(), ...policy.cameras])];
  return (
    <Stack>
      <MultiSelect
        label={t('doors.groups')}
        description={t('doors.groupsHelp')}
        placeholder={policy.groups.length === 0 ? t('doors.groupsChoose') : ''}
        required
        searchable
        data={groupNames}
        nothingFoundMessage={t('doors.noGroup')}
        error={showsMissing && policy.groups.length === 0 && t('doors.groupsMissing')}
        value={[...policy.groups]}
        onChange={(next) => change({ groups: next })}
      />
      {groups?.items.length === 0 && (
        <Text size="sm">
          {t('doors.noGroups')}{' '}
          <Anchor component={Link} to="/people" inherit underline="always">
            {t('doors.toPeople')}
          </Anchor>
        </Text>
      )}
      <MultiSelect
        label={t('doors.cameras')}
        description={t('doors.camerasHelp')}
        placeholder={policy.cameras.length === 0 ? t('doors.camerasChoose') : ''}
        required
        searchable
        data={cameraChoices.map((id) => ({ value: id, label: cameras.get(id) ?? id }))}
        nothingFoundMessage={t('doors.noCamera')}
        error={showsMissing && policy.cameras.length === 0 && t('doors.camerasMissing')}
        value={[...policy.cameras]}
        onChange={(next) => change({ cameras: next })}
      />
      <HoursEditor label={t('doors.hours')} value={policy.hours} onChange={(hours) => change({ hours })} />
      <Radio.Group
        label={t('doors.howSure')}
        value={policy.sure}
        onChange={(value) => change({ sure: SURE.find((one) => one === value) ?? 'certain' })}
      >
        <Stack gap="xs" mt="xs">
          {SURE.map((value) => (
            <Radio
              key={value}
              value={value}
              label={t(`doors.sureName.${value}`)}
              description={t(`doors.sureHelp.${value}`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <Figure name="shots" value={policy.shots} range={[1, 20]} step={1} onChange={change} />
        <Figure name="quality" value={policy.quality} range={[0, 1]} step={0.05} onChange={change} />
        <Figure name="freshS" value={policy.freshS} range={[1, 300]} step={1} onChange={change} />
      </SimpleGrid>
      <Text aria-live="polite" fw={600} className="anyName">
        {isWhole(policy) ? t('doors.letsIn', { policy: policyText(policy, cameras) }) : t('doors.notWhole')}
      </Text>
    </Stack>
  );
}

function Figure({
  name,
  value,
  range: [min, max],
  step,
  onChange,
}: {
  readonly name: 'shots' | 'quality' | 'freshS';
  readonly value: number;
  readonly range: readonly [number, number];
  readonly step: number;
  readonly onChange: (part: Partial<Policy>) => void;
}) {
  const { t } = useTranslation();
  return (
    <NumberInput
      label={t(`doors.figure.${name}`)}
      description={t(`doors.figureHelp.${name}`)}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      min={min}
      max={max}
      step={step}
      clampBehavior="strict"
      allowDecimal={step < 1}
      value={value}
      onChange={(next) => {
        if (typeof next === 'number') onChange({ [name]: next });
      }}
    />
  );
}
