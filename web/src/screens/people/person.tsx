// One person: who she is, what is kept about her, what she is recognised by, when and where she was seen, and what can be done.

import { Alert, Box, Grid, Paper, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, Navigate, useParams, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { Empty } from '../../parts/empty.tsx';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { IconUserOff } from '@tabler/icons-react';
import { Activity } from './activity.tsx';
import { Confusable } from './confusable.tsx';
import { PersonForm } from './person-form.tsx';
import { PersonHead } from './person-head.tsx';
import { PersonHistory } from './person-history.tsx';
import { personQuery } from './queries.ts';
import { RecentVisits } from './recent-visits.tsx';
import { References } from './references.tsx';
import { WhoIsThis } from './who-is-this.tsx';

export function PersonPage() {
  const { id } = useParams({ from: '/inside/people/$id' });
  // Another person is another page: nothing that was typed comes along.
  return <OnePerson key={id} id={id} />;
}

function OnePerson({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const { from } = useSearch({ from: '/inside/people/$id' });
  const mayChange = useMay('operator');
  const { data: person, error, isPending, refetch } = useQuery(personQuery(id));
  if (error instanceof ApiError && error.status === 404) {
    return (
      <>
        <PageHead title={t('people.goneTitle')} />
        <Empty icon={<IconUserOff />} title={t('people.gone')}>
          <Link to="/people">{t('people.toPeople')}</Link>
        </Empty>
      </>
    );
  }
  if (error) {
    return (
      <>
        <PageHead title={t('people.title')} />
        <Failed error={error} onRetry={() => void refetch()} />
      </>
    );
  }
  if (isPending) return <Loading />;
  if (person.mergedInto !== null) {
    return <Navigate to="/people/$id" params={{ id: person.mergedInto }} search={{ from: person.name }} replace />;
  }
  return (
    <Stack>
      {from !== undefined && (
        <Alert className="anyName" role="status">
          {t('people.wasMerged', { from, into: person.name })}
        </Alert>
      )}
      <PersonHead person={person} mayChange={mayChange} />
      {mayChange && person.kind === 'unknown' && <WhoIsThis person={person} />}
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <Stack>
            <Card title={t('people.references')}>
              <References person={person} mayChange={mayChange} />
            </Card>
            <Card title={t('people.activity')}>
              <Activity id={id} />
            </Card>
            <Card title={t('people.recentVisits')}>
              <RecentVisits id={id} />
            </Card>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Stack>
            <Card title={t('people.kept')}>
              <PersonForm person={person} mayChange={mayChange} />
            </Card>
            <Card title={t('people.confusable')}>
              <Confusable person={person} mayChange={mayChange} />
            </Card>
            <Card title={t('people.history')}>
              <PersonHistory id={id} mayChange={mayChange} />
            </Card>
          </Stack>
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

function Card({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      <Title order={2} size="h4" mb="sm">
        {title}
      </Title>
      <Box>{children}</Box>
    </Paper>
  );
}
