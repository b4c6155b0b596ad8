// A new key: what it may, and then itself, this once.

import { Alert, Button, Checkbox, CopyButton, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, dataOf, type Schemas } from '../../api/client.ts';
import { messageOf } from '../../parts/notices.tsx';

const SCOPES = ['camera', 'log', 'read', 'people', 'admin'] as const;

export function KeyForm({ onDone }: { readonly onDone: () => void }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const { data: cameras } = useQuery({
    queryKey: ['cameras'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/cameras', { signal })),
  });
  const form = useForm<{ name: string; scopes: Schemas['Key']['scopes']; camera: string | null }>({
    initialValues: { name: '', scopes: ['camera'], camera: null },
    validate: { scopes: (value) => (value.length === 0 ? t('access.noScope') : null) },
  });
  const make = useMutation({
    mutationFn: (body: { name: string; scopes: Schemas['Key']['scopes']; camera: string | null }) =>
      dataOf(api.POST('/api/v1/keys', { body })),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['keys'] }),
  });
  if (make.data) return <ShownOnce secret={make.data.key} onDone={onDone} />;
  return (
    <form onSubmit={form.onSubmit((values) => make.mutate(values))}>
      <Stack>
        <TextInput
          label={t('access.name')}
          description={t('access.keyNameHelp')}
          required
          maxLength={200}
          data-autofocus
          {...form.getInputProps('name')}
        />
        <Checkbox.Group label={t('access.scopes')} {...form.getInputProps('scopes')}>
          <Stack gap="xs" mt="xs">
            {SCOPES.map((scope) => (
              <Checkbox
                key={scope}
                value={scope}
                label={t(`access.scope_${scope}`)}
                description={t(`access.scopeHelp_${scope}`)}
              />
            ))}
          </Stack>
        </Checkbox.Group>
        <Select
          label={t('access.onlyCamera')}
          placeholder={t('access.allCameras')}
          data={(cameras?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          clearable
          searchable
          {...form.getInputProps('camera')}
        />
        {make.isError && (
          <Alert color="red" role="alert" className="anyName">
            {messageOf(make.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {t('parts.cancel')}
          </Button>
          <Button type="submit" loading={make.isPending}>
            {t('access.makeKey')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function ShownOnce({ secret, onDone }: { readonly secret: string; readonly onDone: () => void }) {
  const { t } = useTranslation();
  return (
    <Stack>
      <Text>{t('access.shownOnce')}</Text>
      <TextInput
        aria-label={t('access.theKey')}
        value={secret}
        readOnly
        onFocus={(event) => event.currentTarget.select()}
        styles={{ input: { fontFamily: 'monospace' } }}
      />
      <Group justify="flex-end">
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
              onClick={copy}
            >
              {t(copied ? 'access.copied' : 'access.copy')}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onDone}>{t('access.kept')}</Button>
      </Group>
    </Stack>
  );
}
