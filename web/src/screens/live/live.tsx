// What the cameras see now, and beside it who came, as it happens.

import { Button } from '@mantine/core';
import { IconCamera, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { Empty } from '../../parts/empty.tsx';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Feed } from './feed-list.tsx';
import { Large } from './large.tsx';
import classes from './live.module.css';
import { Numbers } from './numbers.tsx';
import { isAway } from './state.ts';
import { Tile } from './tile.tsx';
import { useWatching } from './watching.ts';

/** So few share the place among them. */
const FEW = 4;

export function Live() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { camera: largeId } = useSearch({ from: '/inside/live' });
  const cameras = useQuery({
    queryKey: ['cameras', 'live'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/cameras', { signal })),
  });
  const items = cameras.data?.items ?? [];
  const { watches, toggle, setAll } = useWatching(items.length);
  const running = items.filter((camera) => !isAway(camera));
  const all = running.length > 0 && running.every(({ id }) => watches(id));
  const enlarge = (id: string | undefined) => void navigate({ to: '/live', search: { camera: id }, replace: true });

  return (
    <>
      <PageHead title={t('live.title')}>
        {running.length > 0 && (
          <Button
            variant="default"
            leftSection={all ? <IconPlayerPause size={16} /> : <IconPlayerPlay size={16} />}
            onClick={() => setAll(!all)}
          >
            {t(all ? 'live.pauseAll' : 'live.watchAll')}
          </Button>
        )}
      </PageHead>
      <Numbers />
      <div className={classes['layout']}>
        <section aria-label={t('live.cameras')}>
          {cameras.isPending && <Loading />}
          {cameras.isError && !cameras.data && <Failed error={cameras.error} onRetry={() => void cameras.refetch()} />}
          {cameras.data && items.length === 0 && <NoCamera />}
          <div className={`${classes['tiles']} ${items.length <= FEW ? classes['few'] : ''}`}>
            {items.map((camera) => (
              <Tile
                key={camera.id}
                camera={camera}
                watched={watches(camera.id) && camera.id !== largeId}
                onToggle={() => toggle(camera.id)}
                onLarge={() => enlarge(camera.id)}
              />
            ))}
          </div>
        </section>
        <Feed cameras={items} />
      </div>
      <Large camera={items.find(({ id }) => id === largeId) ?? null} onClose={() => enlarge(undefined)} />
    </>
  );
}

function NoCamera() {
  const { t } = useTranslation();
  const mayAdd = useMay('administrator');
  return (
    <Empty icon={<IconCamera />} title={t('live.noCamera')}>
      <p>{t(mayAdd ? 'live.noCameraHow' : 'live.noCameraWait')}</p>
      {mayAdd && (
        <Button component={Link} to="/cameras">
          {t('live.addCamera')}
        </Button>
      )}
    </Empty>
  );
}
