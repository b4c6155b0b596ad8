// People come into the gallery: one of them with photos or the webcam, or many from a folder, a ZIP, a CSV.

import { SegmentedControl, Stack } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PageHead } from '../../parts/page-head.tsx';
import { ManyPeople } from './many-people.tsx';
import { OnePerson } from './one-person.tsx';

export function Adding() {
  const { t } = useTranslation();
  const { mode } = useSearch({ from: '/inside/people/add' });
  const navigate = useNavigate();
  const many = mode === 'many';
  return (
    <>
      <PageHead title={t('adding.title')}>
        <SegmentedControl
          aria-label={t('adding.how')}
          value={many ? 'many' : 'one'}
          onChange={(value) => void navigate({ to: '/people/add', search: { mode: value }, replace: true })}
          data={[
            { value: 'one', label: t('adding.one') },
            { value: 'many', label: t('adding.many') },
          ]}
        />
      </PageHead>
      <Stack maw={900}>{many ? <ManyPeople /> : <OnePerson />}</Stack>
    </>
  );
}
