// Strangers: whoever was seen and is not known, worked off one by one or several at once; and what lies between two people.

import { ActionIcon, Group, SegmentedControl, Select, Tabs, Tooltip } from '@mantine/core';
import { IconKeyboard } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { useCameraNames } from '../../parts/cameras.ts';
import { Grid } from './grid.tsx';
import { KeysHelp } from './keys-help.tsx';
import { useLiveStrangers } from './live.ts';
import { useStrangers } from './queue.ts';
import { Review } from './review.tsx';
import { Totals } from './totals.tsx';
import { UndecidedTab } from './undecided.tsx';

function count(n: number | undefined): string {
  return n ? ` (${n})` : '';
}

type Tab = 'waiting' | 'undecided' | 'ignored';

export function Strangers() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ strict: false });
  const tab: Tab = search.tab === 'undecided' || search.tab === 'ignored' ? search.tab : 'waiting';
  const sort = search.sort === 'recent' ? 'recent' : 'largest';
  const isGrid = tab === 'ignored' || search.view === 'grid';
  const [helps, setHelps] = useState(false);
  const cameraNames = useCameraNames();
  const strangers = useStrangers({ sort, camera: search.camera, ignored: tab === 'ignored' });
  useLiveStrangers();

  function show(change: Record<string, string | undefined>): void {
    void navigate({
      to: '/strangers',
      search: (before) => ({ ...before, ...change }),
      replace: true,
      resetScroll: false,
    });
  }

  const { query, totals } = strangers;
  return (
    <>
      <PageHead title={t('strangers.title')}>
        {tab !== 'undecided' && (
          <>
            <Select
              aria-label={t('strangers.order')}
              flex={{ base: '1 1 215px', sm: '0 0 230px' }}
              allowDeselect={false}
              data={[
                { value: 'largest', label: t('strangers.largest') },
                { value: 'recent', label: t('strangers.recent') },
              ]}
              value={sort}
              onChange={(value) => show({ sort: value ?? undefined })}
            />
            <Select
              aria-label={t('strangers.camera')}
              flex={{ base: '1 1 130px', sm: '0 0 180px' }}
              data={[...cameraNames].map(([value, label]) => ({ value, label }))}
              placeholder={t('strangers.allCameras')}
              clearable
              value={search.camera ?? null}
              onChange={(value) => show({ camera: value ?? undefined, id: undefined })}
            />
          </>
        )}
        {tab === 'waiting' && (
          <SegmentedControl
            aria-label={t('strangers.view')}
            data={[
              { value: 'review', label: t('strangers.oneByOne') },
              { value: 'grid', label: t('strangers.grid') },
            ]}
            value={isGrid ? 'grid' : 'review'}
            onChange={(view) => show({ view })}
          />
        )}
        <Tooltip label={t('strangers.help')}>
          <ActionIcon
            variant="default"
            size="lg"
            visibleFrom="sm"
            aria-label={t('strangers.help')}
            onClick={() => setHelps(true)}
          >
            <IconKeyboard size={18} />
          </ActionIcon>
        </Tooltip>
      </PageHead>
      <KeysHelp opened={helps} onChange={setHelps} isUndecided={tab === 'undecided'} />
      <Tabs value={tab} onChange={(value) => show({ tab: value ?? undefined, id: undefined })} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="waiting">
            {t('strangers.waiting')}
            {count(totals?.strangers)}
          </Tabs.Tab>
          <Tabs.Tab value="undecided">
            {t('strangers.undecided')}
            {count(totals?.undecided)}
          </Tabs.Tab>
          <Tabs.Tab value="ignored">
            {t('strangers.ignored')}
            {count(totals?.ignored)}
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="waiting">{list()}</Tabs.Panel>
        <Tabs.Panel value="ignored">{list()}</Tabs.Panel>
        <Tabs.Panel value="undecided">
          <UndecidedTab cameraNames={cameraNames} stopped={helps} />
        </Tabs.Panel>
      </Tabs>
    </>
  );

  function list() {
    if (query.isPending) return <Loading />;
    if (!totals) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
    return (
      <>
        {tab === 'waiting' && <Totals totals={totals} />}
        {isGrid ? (
          <Grid
            // Choices belong to what is listed.
            key={`${tab} ${search.camera ?? ''}`}
            strangers={strangers}
            sightings={totals.sightings}
            cameraNames={cameraNames}
            isIgnored={tab === 'ignored'}
            onOpen={(id) => show({ view: 'review', tab: undefined, id })}
          />
        ) : (
          <Group align="stretch">
            <Review
              key={`${sort} ${search.camera ?? ''}`}
              strangers={strangers}
              sightings={totals.sightings}
              cameraNames={cameraNames}
              wanted={search.id}
              stopped={helps}
              onGo={(id) => show({ id })}
            />
          </Group>
        )}
      </>
    );
  }
}
