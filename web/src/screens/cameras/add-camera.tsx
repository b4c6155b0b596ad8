// A camera is added: which way, try it, name it, see it run.

import { Anchor, Box, Button, Group, SimpleGrid, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { IconArrowLeft, IconDeviceUsb, IconDevices, IconLink, IconRadar2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { PageHead } from '../../parts/page-head.tsx';
import { AddByAddress } from './add-by-address.tsx';
import { AddBrowser } from './add-browser.tsx';
import { AddFound } from './add-found.tsx';
import { AddRecording } from './add-recording.tsx';
import classes from './cameras.module.css';

export function AddCamera({
  way,
  onWay,
  onLeave,
  taken,
}: {
  readonly way: string | undefined;
  readonly onWay: (way: string) => void;
  /** Absent: there is nothing to go back to. */
  readonly onLeave?: () => void;
  readonly taken: readonly string[];
}) {
  const { t } = useTranslation();
  const usb = useQuery({
    queryKey: ['usb'],
    queryFn: ({ signal }) => dataOf(api.POST('/api/v1/cameras/discover', { body: { network: false }, signal })),
    retry: false,
    staleTime: 30_000,
  });
  const back = (
    <Anchor component="button" type="button" size="sm" mb="md" onClick={() => onWay('')}>
      <Group gap={4}>
        <IconArrowLeft size={16} />
        {t('cameras.otherWay')}
      </Group>
    </Anchor>
  );
  const ways: Readonly<Record<string, ReactNode>> = {
    network: <AddFound kind="onvif" taken={taken} />,
    usb: <AddFound kind="usb" taken={taken} />,
    address: <AddByAddress taken={taken} />,
    browser: <AddBrowser taken={taken} />,
    recording: <AddRecording />,
  };
  const chosen = way === undefined ? undefined : ways[way];
  return (
    <>
      <PageHead title={t('cameras.addTitle')}>
        {onLeave && (
          <Button variant="default" onClick={onLeave}>
            {t('cameras.toList')}
          </Button>
        )}
      </PageHead>
      {chosen ? (
        <Box maw={900}>
          {back}
          {chosen}
        </Box>
      ) : (
        <Stack maw={900}>
          {!onLeave && <Text>{t('cameras.first')}</Text>}
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <Way icon={<IconRadar2 />} way="network" onWay={onWay} />
            <Way icon={<IconLink />} way="address" onWay={onWay} />
            <Way icon={<IconDevices />} way="browser" onWay={onWay} />
            {(usb.data?.items.length ?? 0) > 0 && <Way icon={<IconDeviceUsb />} way="usb" onWay={onWay} />}
          </SimpleGrid>
          <Anchor component="button" type="button" size="sm" w="fit-content" onClick={() => onWay('recording')}>
            {t('cameras.ways.recording.title')}
          </Anchor>
        </Stack>
      )}
    </>
  );
}

function Way({
  icon,
  way,
  onWay,
}: {
  readonly icon: ReactNode;
  readonly way: 'network' | 'address' | 'browser' | 'usb';
  readonly onWay: (way: string) => void;
}) {
  const { t } = useTranslation();
  return (
    <UnstyledButton className={classes['way'] ?? ''} onClick={() => onWay(way)}>
      {icon}
      <span>
        <Title order={2} size="h5" component="span" display="block" mb={4}>
          {t(`cameras.ways.${way}.title`)}
        </Title>
        <Text component="span" size="sm" c="dimmed">
          {t(`cameras.ways.${way}.text`)}
        </Text>
      </span>
    </UnstyledButton>
  );
}
