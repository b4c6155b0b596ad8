// The actions on a visit, on some of its shots, or on several visits, as buttons with their keys.

import { ActionIcon, Button, Group, Kbd, Menu, Tooltip } from '@mantine/core';
import {
  IconArrowMerge,
  IconBan,
  IconCheck,
  IconDots,
  IconEyeOff,
  IconTrash,
  IconUserPlus,
  IconUserSearch,
  IconUserX,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { VisitActs } from './visit-acts.tsx';
import type { Target } from './visit-change.ts';

export function VisitButtons({ targets, acts }: { readonly targets: readonly Target[]; readonly acts: VisitActs }) {
  const { t } = useTranslation();
  const persons = new Set(targets.map(({ entry }) => entry.person?.id ?? null));
  const isSomebody = !persons.has(null);
  const [only] = targets;
  const whole = targets.length === 1 && only?.shots === undefined && only?.entry.person ? only.entry : null;
  return (
    <Group gap={6} role="group" aria-label={t('log.actions')}>
      {isSomebody && (
        <>
          <WithKey of="y">
            <Button
              size="xs"
              variant="light"
              color="teal"
              leftSection={<IconCheck size={16} />}
              onClick={() => void acts.confirm(targets)}
            >
              {t('log.right')}
            </Button>
          </WithKey>
          <WithKey of="n">
            <Button
              size="xs"
              variant="light"
              color="orange"
              leftSection={<IconUserX size={16} />}
              onClick={() => void acts.notHer(targets)}
            >
              {t('log.notHer')}
            </Button>
          </WithKey>
        </>
      )}
      <WithKey of="i">
        <Button size="xs" variant="light" leftSection={<IconUserSearch size={16} />} onClick={() => acts.is(targets)}>
          {t('log.is')}
        </Button>
      </WithKey>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon size={30} variant="light" color="gray" aria-label={t('log.more')}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconUserPlus size={16} />}
            rightSection={<Kbd size="xs">p</Kbd>}
            onClick={() => void acts.move(targets, null)}
          >
            {t('log.newPerson')}
          </Menu.Item>
          {whole && (
            <>
              <Menu.Item
                leftSection={<IconArrowMerge size={16} />}
                rightSection={<Kbd size="xs">m</Kbd>}
                onClick={() => acts.merge(whole)}
              >
                {t('log.merge')}
              </Menu.Item>
              <Menu.Item leftSection={<IconEyeOff size={16} />} onClick={() => void acts.ignore(whole)}>
                {t('log.ignore')}
              </Menu.Item>
            </>
          )}
          <Menu.Item
            leftSection={<IconBan size={16} />}
            rightSection={<Kbd size="xs">d</Kbd>}
            onClick={() => void acts.discard(targets)}
          >
            {t('log.discard')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={16} />}
            rightSection={<Kbd size="xs">e</Kbd>}
            onClick={() => acts.erase(targets)}
          >
            {t('log.erase')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}

function WithKey({ of, children }: { readonly of: string; readonly children: React.JSX.Element }) {
  return (
    <Tooltip label={<Kbd size="xs">{of}</Kbd>} openDelay={400}>
      {children}
    </Tooltip>
  );
}
