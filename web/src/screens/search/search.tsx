// Search by photo: a picture, one face of it, and then who it is and where she was seen.

import { Button, Grid, Group, Stack } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.ts';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { useObjectUrl } from '../../parts/object-url.ts';
import { PageHead } from '../../parts/page-head.tsx';
import { usePastedPictures } from '../../parts/pasted.ts';
import { ChoosePicture } from './choose-picture.tsx';
import { EnrolFace } from './enrol-face.tsx';
import { PeopleFound } from './people-found.tsx';
import { PhotoFaces } from './photo-faces.tsx';
import { SearchFilter } from './search-filter.tsx';
import { Sightings } from './sightings.tsx';
import { ALL, pictureAddress, type Filter, type Subject } from './subject.ts';
import { seenIn, usePhotoSearch } from './use-search.ts';

export function Search() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayEnrol = useMay('operator');
  const { detection, reference, from, to, camera } = useSearch({ from: '/inside/search' });
  const [picture, setPicture] = useState<File | null>(null);
  const [face, setFace] = useState<number | null>(null);
  const subject: Subject | null = picture ? { picture } : detection ? { detection } : reference ? { reference } : null;
  const filter = { from, to, camera };
  const { data, error, isFetching, refetch } = usePhotoSearch(subject, face, filter);
  const local = useObjectUrl(picture);
  usePastedPictures(([first]) => first && choose(first));

  function choose(next: File | null): void {
    setPicture(next);
    setFace(null);
    void navigate({ to: '/search', search: { from, to, camera }, replace: true });
  }

  function change(next: Filter): void {
    void navigate({ to: '/search', search: { detection, reference, ...next }, replace: true });
  }

  if (subject === null) {
    return (
      <>
        <PageHead title={t('search.title')} />
        <Stack maw={900}>
          <ChoosePicture onPicture={choose} />
        </Stack>
      </>
    );
  }
  const seen = data ?? seenIn(error);
  const src = 'picture' in subject ? local : pictureAddress(subject);
  return (
    <>
      <PageHead title={t('search.title')}>
        {picture && mayEnrol && <EnrolFace picture={picture} />}
        <Button variant="default" onClick={() => choose(null)}>
          {t('search.other')}
        </Button>
      </PageHead>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack>
            <PhotoFaces
              src={src}
              width={seen?.width ?? null}
              height={seen?.height ?? null}
              faces={seen?.faces ?? []}
              chosen={face ?? data?.face ?? null}
              onChoose={setFace}
            />
            {data && <PeopleFound found={data} src={src} />}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack>
            <Group>
              <SearchFilter filter={filter} onChange={change} />
            </Group>
            {error && <Failed error={error} onRetry={() => void refetch()} />}
            {isFetching && <Loading />}
            {data && !isFetching && (
              <Sightings
                key={`${face}`}
                found={data}
                onWiden={from === ALL ? undefined : () => change({ ...filter, from: ALL, to: undefined })}
              />
            )}
          </Stack>
        </Grid.Col>
      </Grid>
    </>
  );
}
