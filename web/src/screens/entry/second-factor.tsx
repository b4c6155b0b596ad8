// One-time codes of an authenticator app (RFC 6238): on, off, and the picture to scan.

import { Alert, Badge, Button, Code, Group, PasswordInput, PinInput, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf, type Schemas } from '../../api/client.ts';
import { sessionQuery, useSession } from '../../api/session.ts';
import { messageOf } from '../../parts/notices.tsx';
import { QrCode } from '../../parts/qr-code.tsx';

const DIGITS = 6;

export function SecondFactor() {
  const { t } = useTranslation();
  const { user } = useSession();
  return (
    <Stack>
      <Group>
        <Text>{t('entry.totpText')}</Text>
        <Badge color={user?.totp ? 'green' : 'gray'} variant="light">
          {t(user?.totp ? 'entry.totpOn' : 'entry.totpOff')}
        </Badge>
      </Group>
      {user?.totp ? <SwitchOff /> : <SwitchOn />}
    </Stack>
  );
}

function useTakeSession() {
  const cache = useQueryClient();
  return (session: Schemas['Session']) => cache.setQueryData(sessionQuery.queryKey, session);
}

function SwitchOn() {
  const { t } = useTranslation();
  const take = useTakeSession();
  const [code, setCode] = useState('');
  const begin = useMutation({ mutationFn: () => dataOf(api.POST('/api/v1/session/totp')) });
  const confirm = useMutation({
    mutationFn: (given: string) => dataOf(api.PUT('/api/v1/session/totp', { body: { code: given } })),
    onSuccess: take,
    onError: () => setCode(''),
  });
  if (!begin.data) {
    return (
      <>
        {begin.isError && <Alert color="red">{messageOf(begin.error)}</Alert>}
        <Button onClick={() => begin.mutate()} loading={begin.isPending}>
          {t('entry.totpBegin')}
        </Button>
      </>
    );
  }
  return (
    <Stack>
      <Text>{t('entry.totpScan')}</Text>
      <QrCode text={begin.data.uri} label={t('entry.totpScan')} />
      <Text size="sm" c="dimmed">
        {t('entry.totpByHand')} <Code>{begin.data.secret}</Code>
      </Text>
      <Text id="totp-code">{t('entry.totpConfirm')}</Text>
      <PinInput
        length={DIGITS}
        type="number"
        oneTimeCode
        aria-labelledby="totp-code"
        value={code}
        onChange={setCode}
        onComplete={(given) => confirm.mutate(given)}
        disabled={confirm.isPending}
      />
      {confirm.isError && (
        <Alert color="red" role="alert">
          {messageOf(confirm.error)}
        </Alert>
      )}
    </Stack>
  );
}

function SwitchOff() {
  const { t } = useTranslation();
  const take = useTakeSession();
  const [password, setPassword] = useState('');
  const off = useMutation({
    mutationFn: () => dataOf(api.DELETE('/api/v1/session/totp', { body: { password } })),
    onSuccess: take,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        off.mutate();
      }}
    >
      <Stack>
        <PasswordInput
          label={t('entry.passwordNow')}
          description={t('entry.totpOffHelp')}
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {off.isError && (
          <Alert color="red" role="alert">
            {messageOf(off.error)}
          </Alert>
        )}
        <Button type="submit" variant="default" loading={off.isPending} disabled={password === ''}>
          {t('entry.totpEnd')}
        </Button>
      </Stack>
    </form>
  );
}
