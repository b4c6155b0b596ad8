// The list of cameras, those with a problem first; without any, the way to the first one.

import { Button, SimpleGrid } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.ts';
import { Empty } from '../../parts/empty.tsx';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { IconCameraOff } from '@tabler/icons-react';
import { AddCamera } from './add-camera.tsx';
import { CameraCard } from './camera-card.tsx';
import { camerasQuery, problemsFirst } from './camera-data.ts';

const EVERY_MS = 5_000;

export function Cameras() {
  const { t } = useTranslation();
  const { add } = useSearch({ from: '/inside/cameras' });
  const navigate = useNavigate();
  const may = useMay('administrator');
  const { data, error, refetch } = useQuery({ ...camerasQuery, refetchInterval: EVERY_MS });
  if (!data) return error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loading />;
  const show = (way: string | undefined): void => {
    void navigate({ to: '/cameras', search: way === undefined ? {} : { add: way } });
  };
  if (may && (add !== undefined || data.length === 0)) {
    return (
      <AddCamera
        way={add}
        onWay={show}
        taken={data.map(({ id }) => id)}
        {...(data.length > 0 && { onLeave: () => show(undefined) })}
      />
    );
  }
  return (
    <>
      <PageHead title={t('cameras.title')}>
        {may && (
          <Button leftSection={<IconPlus size={18} />} onClick={() => show('')}>
            {t('cameras.add')}
          </Button>
        )}
      </PageHead>
      {data.length === 0 ? (
        <Empty icon={<IconCameraOff />} title={t('cameras.none')}>
          {t('cameras.askAdministrator')}
        </Empty>
      ) : (
        <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }} spacing="md">
          {problemsFirst(data).map((camera) => (
            <CameraCard key={camera.id} camera={camera} />
          ))}
        </SimpleGrid>
      )}
    </>
  );
}
