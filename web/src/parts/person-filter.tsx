// Only what is of one person: chosen by name, shown as a pill that takes the filter away again.

import { Button, Pill, Popover } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconUser } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../api/client.ts';
import { useMay } from '../api/session.ts';
import { PersonPicker } from './person-picker.tsx';

export function PersonFilter({
  person,
  onChange,
}: {
  readonly person: string | undefined;
  readonly onChange: (id: string | undefined) => void;
}) {
  const { t } = useTranslation();
  const may = useMay('operator');
  const [opened, { open, close }] = useDisclosure(false);
  const { data } = useQuery({
    queryKey: ['persons', person],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/persons/{id}', { params: { path: { id: person ?? '' } }, signal })),
    enabled: person !== undefined && may,
  });
  if (person !== undefined) {
    return (
      <Pill
        size="lg"
        maw={260}
        withRemoveButton
        onRemove={() => onChange(undefined)}
        removeButtonProps={{
          'aria-label': t('log.clearOne', { what: data?.name ?? t('log.person') }),
          tabIndex: 0,
          'aria-hidden': false,
        }}
      >
        {data?.name ?? '…'}
      </Pill>
    );
  }
  if (!may) return null;
  return (
    <Popover opened={opened} onChange={(is) => !is && close()} position="bottom-start" width={300} trapFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconUser size={16} />} onClick={open}>
          {t('log.person')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <PersonPicker
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- opened to type into it
          autoFocus
          onPick={(picked) => {
            close();
            if ('person' in picked) onChange(picked.person.id);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
