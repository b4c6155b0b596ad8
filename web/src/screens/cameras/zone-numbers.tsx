// The corners of a zone as numbers, for those who do not see the picture or want it exact.

import { ActionIcon, Button, Group, NumberInput, Stack, Text } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { withAdded, withMoved, withoutCorner, type Zone } from './zones.ts';

export function ZoneNumbers({
  zone,
  disabled,
  onChange,
}: {
  readonly zone: Zone;
  readonly disabled: boolean;
  readonly onChange: (zone: Zone) => void;
}) {
  const { t } = useTranslation();
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        {t('cameras.zones.numbersText')}
      </Text>
      {zone.corners.map(([x, y], index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a corner has no other name
        <Group key={index} gap="xs" wrap="nowrap">
          {(['x', 'y'] as const).map((axis) => (
            <NumberInput
              key={axis}
              size="xs"
              w={96}
              suffix=" %"
              min={0}
              max={100}
              decimalScale={2}
              disabled={disabled}
              aria-label={t(`cameras.zones.${axis}Of`, { number: index + 1 })}
              value={Math.round((axis === 'x' ? x : y) * 10_000) / 100}
              onChange={(value) => {
                if (typeof value !== 'number') return;
                onChange(withMoved(zone, index, axis === 'x' ? [value / 100, y] : [x, value / 100]));
              }}
            />
          ))}
          <ActionIcon
            variant="subtle"
            color="gray"
            disabled={disabled || zone.corners.length <= 3}
            aria-label={t('cameras.zones.removeCorner', { number: index + 1 })}
            onClick={() => onChange(withoutCorner(zone, index))}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      ))}
      <Button
        variant="default"
        size="compact-sm"
        w="fit-content"
        disabled={disabled}
        onClick={() => onChange(withAdded(zone, zone.corners.length - 1))}
      >
        {t('cameras.zones.addCorner')}
      </Button>
    </Stack>
  );
}
