// A camera by its address: the maker's template or as it is known, login, try, name.

import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AddRecording } from './add-recording.tsx';
import { addressOf, apart, isFile, MAKERS, whole, withScheme } from './address.ts';
import { LoginFields, type Login } from './login-fields.tsx';
import { NameAndSave } from './name-and-save.tsx';
import { TrialView, useTrial } from './trial.tsx';

export function AddByAddress({
  taken,
  begin = '',
  name = '',
}: {
  readonly taken: readonly string[];
  /** An address that was found. */
  readonly begin?: string;
  readonly name?: string;
}) {
  const { t } = useTranslation();
  const [makerName, setMaker] = useState<string | null>(null);
  const [host, setHost] = useState('');
  const [address, setAddress] = useState(begin);
  const [login, setLogin] = useState<Login>({ user: '', password: '' });
  const trial = useTrial();
  const field = useRef<HTMLInputElement>(null);
  const maker = MAKERS.find((one) => one.name === makerName);
  const source = whole({ address, ...login });
  const isFound = begin !== '';

  function fill(nextMaker: string | null, nextHost: string): void {
    setMaker(nextMaker);
    setHost(nextHost);
    const chosen = MAKERS.find((one) => one.name === nextMaker);
    const made = chosen && addressOf(chosen, nextHost);
    if (made) setAddress(made);
  }

  /** An address with a login in it is taken apart, so that the password does not stand open on the screen. */
  function leave(): void {
    const parts = apart(address);
    if (parts.user !== '' || parts.password !== '') {
      setAddress(parts.address);
      setLogin({ user: parts.user, password: parts.password });
    } else if (address.trim() !== '') setAddress(withScheme(address.trim()));
  }

  const about = trial.result?.about ?? null;
  const isTried = trial.state === 'done' && trial.source === source;
  return (
    <Stack gap="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (address.trim() === '' || isFile(address)) field.current?.focus();
          else trial.begin(source);
        }}
      >
        <Stack>
          {!isFound && (
            <Group grow align="flex-start" preventGrowOverflow={false}>
              <Select
                label={t('cameras.maker')}
                description={t('cameras.makerText')}
                placeholder={t('cameras.makerAny')}
                data={MAKERS.map((one) => one.name)}
                value={makerName}
                clearable
                searchable
                onChange={(next) => fill(next, host)}
              />
              {maker && (
                <TextInput
                  label={t('cameras.host')}
                  description={t('cameras.hostText')}
                  placeholder="192.168.1.20"
                  value={host}
                  onChange={(event) => fill(makerName, event.currentTarget.value)}
                />
              )}
            </Group>
          )}
          {maker?.hint && <Text size="sm">{t(`cameras.makerHints.${maker.hint}`)}</Text>}
          <TextInput
            ref={field}
            label={t('cameras.address')}
            description={t('cameras.addressText')}
            placeholder="rtsp://192.168.1.20/stream1"
            required
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={address}
            error={
              isFile(address)
                ? t('cameras.isFile')
                : about === 'path' || about === 'host'
                  ? t(`cameras.trial.wrong.${about}`)
                  : undefined
            }
            onChange={(event) => setAddress(event.currentTarget.value)}
            onBlur={leave}
          />
          <LoginFields login={login} onChange={setLogin} wrong={about === 'login'} />
          <Group>
            <Button type="submit" loading={trial.state === 'running'}>
              {t('cameras.trial.begin')}
            </Button>
          </Group>
        </Stack>
      </form>
      {isFile(address) && <AddRecording />}
      <TrialView
        trial={trial}
        onProfile={(next) => {
          setAddress(apart(next).address);
          trial.begin(next);
        }}
      />
      {isTried && (
        <NameAndSave key={source} source={source} name={name} taken={taken} sure={trial.result?.ok === true} />
      )}
    </Stack>
  );
}
