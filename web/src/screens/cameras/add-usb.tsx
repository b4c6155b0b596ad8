// A camera at USB of the computer that Kith runs on: no address to type, tried at once.

import { Button, Stack } from '@mantine/core';
import { useEffect, useEffectEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { NameAndSave } from './name-and-save.tsx';
import { TrialView, useTrial } from './trial.tsx';

export function AddUsb({
  address,
  name,
  taken,
}: {
  readonly address: string;
  readonly name: string;
  readonly taken: readonly string[];
}) {
  const { t } = useTranslation();
  const trial = useTrial();
  const begin = useEffectEvent(() => trial.begin(address));
  useEffect(() => begin(), []);
  return (
    <Stack gap="lg">
      <TrialView trial={trial} />
      {trial.state !== 'running' && (
        <Button variant="default" w="fit-content" onClick={() => trial.begin(address)}>
          {t('cameras.trial.again')}
        </Button>
      )}
      {trial.state === 'done' && (
        <NameAndSave source={address} name={name} taken={taken} sure={trial.result?.ok === true} />
      )}
    </Stack>
  );
}
