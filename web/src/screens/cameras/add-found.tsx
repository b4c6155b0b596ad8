// Cameras that were found in the network or at USB; one is chosen, then it goes on as with an address.

import { Alert, Badge, Button, Group, Loader, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf, type Schemas } from '../../api/client.ts';
import { Failed } from '../../parts/failed.tsx';
import { AddByAddress } from './add-by-address.tsx';
import { AddUsb } from './add-usb.tsx';
import classes from './cameras.module.css';

type Found = Schemas['FoundCamera'];

export function AddFound({ kind, taken }: { readonly kind: 'onvif' | 'usb'; readonly taken: readonly string[] }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<Found | null>(null);
  const search = useQuery({
    queryKey: ['discover', kind],
    queryFn: ({ signal }) =>
      dataOf(api.POST('/api/v1/cameras/discover', { body: { network: kind === 'onvif' }, signal })),
    retry: false,
    // Found once is found until somebody asks again.
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });
  if (chosen) {
    return (
      <Stack>
        <Group justify="space-between">
          <Text fw={600} className="anyName">
            {[chosen.name, chosen.hardware].filter((text) => text !== '').join(' · ')}
          </Text>
          <Button variant="default" size="compact-md" onClick={() => setChosen(null)}>
            {t('cameras.find.another')}
          </Button>
        </Group>
        {chosen.kind === 'usb' ? (
          <AddUsb key={chosen.address} address={chosen.address} name={chosen.name} taken={taken} />
        ) : (
          <AddByAddress key={chosen.address} begin={chosen.address} name={chosen.name} taken={taken} />
        )}
      </Stack>
    );
  }
  if (search.isFetching) {
    return (
      <Group role="status">
        <Loader size="sm" />
        <Text>{t(`cameras.find.${kind}.running`)}</Text>
      </Group>
    );
  }
  if (search.error) return <Failed error={search.error} onRetry={() => void search.refetch()} />;
  const items = (search.data?.items ?? []).filter((one) => one.kind === kind);
  return (
    <Stack>
      <Group justify="space-between">
        <Text role="status">{t('cameras.find.found', { count: items.length })}</Text>
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} />}
          onClick={() => void search.refetch()}
          size="compact-md"
        >
          {t('cameras.find.again')}
        </Button>
      </Group>
      {items.length === 0 && (
        <Alert color="blue">
          <Text className="anyName">{search.data?.problem ?? t(`cameras.find.${kind}.none`)}</Text>
        </Alert>
      )}
      <Stack gap="xs">
        {items.map((one) => (
          <UnstyledButton key={one.address} className={classes['found'] ?? ''} onClick={() => setChosen(one)}>
            <span style={{ minWidth: 0 }}>
              <Text component="span" display="block" fw={600} className="anyName">
                {one.name}
              </Text>
              <Text component="span" display="block" size="sm" c="dimmed" className="anyName">
                {[one.hardware, one.address].filter((text) => text !== '').join(' · ')}
              </Text>
            </span>
            {one.camera !== null && (
              <Badge variant="light" color="gray" style={{ flexShrink: 0 }}>
                {t('cameras.find.added')}
              </Badge>
            )}
          </UnstyledButton>
        ))}
      </Stack>
    </Stack>
  );
}
