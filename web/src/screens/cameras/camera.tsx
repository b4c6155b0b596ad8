// One camera: its picture, how it is, and for administrators its zones, settings, doctor and program. The tab is part of the address.

import { Anchor, Group, Tabs } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.ts';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { cameraQuery, type Camera } from './camera-data.ts';
import { Overview } from './overview.tsx';
import { StateBadge } from './state-badge.tsx';

const Zones = lazy(async () => ({ default: (await import('./zones-tab.tsx')).ZonesTab }));
const Settings = lazy(async () => ({ default: (await import('./settings-tab.tsx')).SettingsTab }));
const Doctor = lazy(async () => ({ default: (await import('./doctor-tab.tsx')).DoctorTab }));
const Health = lazy(async () => ({ default: (await import('./health-tab.tsx')).HealthTab }));
const Program = lazy(async () => ({ default: (await import('./program-tab.tsx')).ProgramTab }));

type Tab = 'overview' | 'health' | 'zones' | 'doctor' | 'settings' | 'program';
const EVERYBODY: readonly Tab[] = ['overview', 'health'];
const ADMINISTRATOR: readonly Tab[] = ['overview', 'zones', 'settings', 'doctor', 'health', 'program'];

export function CameraPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/inside/cameras/$id' });
  const { tab } = useSearch({ from: '/inside/cameras/$id' });
  const navigate = useNavigate();
  const tabs = useMay('administrator') ? ADMINISTRATOR : EVERYBODY;
  const { data: camera, error, refetch } = useQuery(cameraQuery(id));
  if (!camera) return error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loading />;
  const now = tabs.find((one) => one === tab) ?? 'overview';
  return (
    <>
      <Anchor component={Link} to="/cameras" size="sm">
        <Group gap={4} mb="xs">
          <IconArrowLeft size={16} />
          {t('cameras.title')}
        </Group>
      </Anchor>
      <PageHead title={camera.name}>
        <StateBadge state={camera.state} />
      </PageHead>
      <Tabs
        value={now}
        keepMounted={false}
        onChange={(next) =>
          void navigate({ to: '/cameras/$id', params: { id }, search: next === null ? {} : { tab: next } })
        }
      >
        <Tabs.List mb="md">
          {tabs.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`cameras.tabs.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map((one) => (
          <Tabs.Panel key={one} value={one}>
            <Suspense fallback={<Loading />}>{panelOf(one, camera)}</Suspense>
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  );
}

function panelOf(tab: Tab, camera: Camera): ReactNode {
  switch (tab) {
    case 'overview':
      return <Overview camera={camera} />;
    case 'zones':
      return <Zones key={camera.id} camera={camera} />;
    case 'settings':
      return <Settings key={camera.id} camera={camera} />;
    case 'doctor':
      return <Doctor key={camera.id} camera={camera} />;
    case 'health':
      return <Health key={camera.id} camera={camera} />;
    default:
      return <Program key={camera.id} camera={camera} />;
  }
}
