// Who runs the camera's program: Kith here, a machine elsewhere with a key, or a browser with a link.

import { Button, Group, Stack, Switch, Text, Title } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tellDone, tellFailure } from '../../parts/notices.tsx';
import { Copyable } from '../../parts/copyable.tsx';
import { saveCamera, type Camera } from './camera-data.ts';
import { FixedNote } from './fixed-note.tsx';
import { KioskLink, makeKey } from './kiosk-link.tsx';

export function ProgramTab({ camera }: { readonly camera: Camera }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [key, setKey] = useState<string | null>(null);
  const [making, setMaking] = useState(false);
  const [changing, setChanging] = useState(false);
  const isBrowser = camera.settings?.source === 'browser:';

  async function make(): Promise<void> {
    setMaking(true);
    try {
      setKey(await makeKey(camera.id, camera.name));
    } catch (error) {
      tellFailure(error);
    }
    setMaking(false);
  }

  async function runHere(runsHere: boolean): Promise<void> {
    setChanging(true);
    try {
      // Only this: settings that are left out stay.
      await saveCamera(camera.id, { name: camera.name, runsHere });
      await cache.invalidateQueries({ queryKey: ['cameras'] });
      tellDone(t(runsHere ? 'cameras.program.nowHere' : 'cameras.program.nowElsewhere'));
    } catch (error) {
      tellFailure(error);
    }
    setChanging(false);
  }

  const makeButton = (
    <Button
      w="fit-content"
      variant="default"
      leftSection={<IconKey size={18} />}
      loading={making}
      onClick={() => void make()}
    >
      {t(isBrowser ? 'cameras.program.makeLink' : 'cameras.program.makeKey')}
    </Button>
  );
  return (
    <Stack maw={900} gap="lg">
      {camera.fixed ? (
        <FixedNote camera={camera} />
      ) : (
        <Switch
          label={t('cameras.program.here')}
          description={t('cameras.program.hereText')}
          checked={camera.runsHere}
          disabled={changing || camera.settings === null}
          onChange={(event) => void runHere(event.currentTarget.checked)}
        />
      )}
      {isBrowser ? (
        <Stack>
          <Title order={2} size="h4">
            {t('cameras.program.browser')}
          </Title>
          <Text>{t('cameras.program.browserText')}</Text>
          {key === null ? makeButton : <KioskLink id={camera.id} cameraKey={key} />}
        </Stack>
      ) : (
        <Stack>
          <Title order={2} size="h4">
            {t('cameras.program.elsewhere')}
          </Title>
          <Text>{t('cameras.program.elsewhereText')}</Text>
          {key === null ? makeButton : <Ready id={camera.id} cameraKey={key} />}
        </Stack>
      )}
    </Stack>
  );
}

function Ready({ id, cameraKey }: { readonly id: string; readonly cameraKey: string }) {
  const { t } = useTranslation();
  const server = location.origin;
  return (
    <Stack>
      <Copyable label={t('cameras.program.key')} text={cameraKey} />
      <Group>
        <Text size="sm" fw={600}>
          {t('cameras.program.once')}
        </Text>
      </Group>
      <Copyable
        label={t('cameras.program.command')}
        text={`KITH_SERVER=${server} KITH_CAMERA_KEY_FILE=${id}.key npx kith camera`}
      />
      <Copyable
        label={t('cameras.program.file')}
        text={JSON.stringify({ id, source: 'v4l2:', server, keyFile: `${id}.key` }, null, 2)}
      />
      <Text size="sm" c="dimmed">
        {t('cameras.program.fileText')}
      </Text>
    </Stack>
  );
}
