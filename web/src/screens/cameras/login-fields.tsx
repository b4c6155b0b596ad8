// User and password beside the address, not in it: nobody has to know how an @ is written there.

import { PasswordInput, SimpleGrid, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export interface Login {
  readonly user: string;
  readonly password: string;
}

export function LoginFields({
  login,
  onChange,
  wrong = false,
}: {
  readonly login: Login;
  readonly onChange: (login: Login) => void;
  readonly wrong?: boolean;
}) {
  const { t } = useTranslation();
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <TextInput
        label={t('cameras.user')}
        description={t('cameras.userText')}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={login.user}
        error={wrong}
        onChange={(event) => onChange({ ...login, user: event.currentTarget.value })}
      />
      <PasswordInput
        label={t('cameras.password')}
        description={t('cameras.passwordText')}
        autoComplete="new-password"
        value={login.password}
        error={wrong && t('cameras.loginWrong')}
        visibilityToggleButtonProps={{ 'aria-label': t('cameras.showPassword') }}
        onChange={(event) => onChange({ ...login, password: event.currentTarget.value })}
      />
    </SimpleGrid>
  );
}
