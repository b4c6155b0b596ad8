// Name, password and, where she has one, the code of her telephone. Says what is wrong without losing what was typed.

import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useEffect, useRef, useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, dataOf, PANEL_HEADER, tellStatus } from '../api/client.ts';
import type { Session } from '../api/session.ts';
import { messageOf } from './notices.tsx';

export function SignIn({
  name: given,
  onDone,
}: {
  /** Who is expected. */
  readonly name?: string;
  readonly onDone: (session: Session) => void;
}) {
  const { t } = useTranslation();
  const [name, setName] = useState(given ?? '');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [codeNeeded, setCodeNeeded] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const codeField = useRef<HTMLInputElement>(null);
  // It appears because it is asked for now.
  useEffect(() => {
    if (codeNeeded) codeField.current?.focus();
  }, [codeNeeded]);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      onDone(await signIn({ name, password, ...(code !== '' && { code: code.trim() }) }));
    } catch (error) {
      const asksForCode = error instanceof ApiError && error.more['codeNeeded'] === true;
      // To be asked for the code is no failure; a wrong one is.
      if (!asksForCode || codeNeeded) setProblem(messageOf(error));
      setCodeNeeded(codeNeeded || asksForCode);
      setCode('');
    } finally {
      setBusy(false);
    }
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack>
        {problem !== null && (
          <Alert color="red" role="alert" className="anyName">
            {problem}
          </Alert>
        )}
        <TextInput
          label={t('shell.name')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={200}
          required
          data-autofocus={given === undefined || undefined}
        />
        <PasswordInput
          label={t('shell.password')}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="current-password"
          maxLength={1000}
          required
          data-autofocus={given !== undefined || undefined}
          visibilityToggleButtonProps={{ 'aria-label': t('shell.showPassword') }}
        />
        {codeNeeded && (
          <TextInput
            label={t('shell.code')}
            description={t('shell.codeHint')}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
            autoComplete="one-time-code"
            inputMode="numeric"
            maxLength={20}
            required
            ref={codeField}
          />
        )}
        <Button type="submit" loading={busy}>
          {t('shell.signIn')}
        </Button>
      </Stack>
    </form>
  );
}

async function signIn(said: { name: string; password: string; code?: string }): Promise<Session> {
  const answer = fetch('/api/v1/session', {
    method: 'POST',
    headers: { ...PANEL_HEADER, 'content-type': 'application/json' },
    body: JSON.stringify(said),
  }).then(
    async (response) => {
      // A wrong password is no session that has ended.
      if (response.status !== 401) tellStatus(response.status);
      const body: unknown = await response.json().catch(() => undefined);
      return response.ok ? { data: body as Session, response } : { error: body, response };
    },
    (error: unknown) => {
      tellStatus(0);
      throw error;
    },
  );
  return dataOf(answer);
}
