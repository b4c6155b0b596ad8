// The last step: a name, an id made of it, saved; then how its program begins.

import { Alert, Button, Group, Stack, Title } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cameraQuery, type Camera } from './camera-data.ts';
import { NewCameraForm } from './new-camera-form.tsx';
import { StateLine } from './state-badge.tsx';

export function NameAndSave({
  source,
  name,
  taken,
  sure,
}: {
  readonly source: string;
  readonly name: string;
  readonly taken: readonly string[];
  /** It gave a picture. */
  readonly sure: boolean;
}) {
  const { t } = useTranslation();
  const [saved, setSaved] = useState<Camera | null>(null);
  const [wanted, setWanted] = useState(sure);
  if (saved) return <Begins id={saved.id} name={saved.name} />;
  if (!wanted) {
    return (
      <Button variant="subtle" w="fit-content" onClick={() => setWanted(true)}>
        {t('cameras.addAnyway')}
      </Button>
    );
  }
  return (
    <NewCameraForm
      source={source}
      taken={taken}
      firstName={name}
      submit={t('cameras.saveCamera')}
      isLikely={sure}
      onSaved={setSaved}
    >
      <Title order={2} size="h4">
        {t(sure ? 'cameras.nameIt' : 'cameras.addAnyway')}
      </Title>
    </NewCameraForm>
  );
}

const WATCH_MS = 1_000;

/** Until it runs, or says why not. */
export function Begins({ id, name }: { readonly id: string; readonly name: string }) {
  const { t } = useTranslation();
  const { data } = useQuery(cameraQuery(id, WATCH_MS));
  const runs = data?.state === 'running';
  return (
    <Alert
      color={runs ? 'green' : 'blue'}
      icon={<IconCircleCheck />}
      title={t(runs ? 'cameras.itRuns' : 'cameras.itBegins', { name })}
      classNames={{ title: 'anyName' }}
    >
      <Stack>
        {data && !runs && <StateLine camera={data} />}
        <Group>
          <Button component={Link} to={`/cameras/${encodeURIComponent(id)}`}>
            {t('cameras.toCamera')}
          </Button>
          <Button variant="default" component={Link} to="/live">
            {t('cameras.toLive')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
