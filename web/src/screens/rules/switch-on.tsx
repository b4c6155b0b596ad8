// Before a rule is switched on: what it would have sent.

import { Button, Group, Stack } from '@mantine/core';
import { modals } from '@mantine/modals';
import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import type { RuleGiven } from './rule-draft.ts';
import { TryOut } from './try-out.tsx';

export function askSwitchOn(rule: RuleGiven, onConfirm: () => void): void {
  const id: string = modals.open({
    title: i18next.t('rules.switchOnTitle', { name: rule.name }),
    size: 'lg',
    closeButtonProps: { 'aria-label': i18next.t('parts.close') },
    classNames: { title: 'anyName' },
    children: (
      <SwitchOn
        rule={rule}
        onClose={() => modals.close(id)}
        onConfirm={() => {
          modals.close(id);
          onConfirm();
        }}
      />
    ),
  });
}

function SwitchOn({
  rule,
  onClose,
  onConfirm,
}: {
  readonly rule: RuleGiven;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Stack>
      <TryOut rule={rule} atOnce />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('parts.cancel')}
        </Button>
        <Button data-autofocus onClick={onConfirm}>
          {t('rules.switchOn')}
        </Button>
      </Group>
    </Stack>
  );
}
