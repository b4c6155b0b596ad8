// One door or action, a new one or one that is there: what it does, and with a policy, whom it lets in.

import { Anchor, Group } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { ActionForm } from './action-form.tsx';
import { FixedAction } from './fixed-action.tsx';
import { actionQuery, kindsQuery } from './door-data.ts';

export function NewActionPage() {
  const { t } = useTranslation();
  const kinds = useQuery(kindsQuery);
  return (
    <Page title={t('doors.add')}>
      {kinds.data ? <ActionForm action={null} kinds={kinds.data} /> : <Waiting {...kinds} />}
    </Page>
  );
}

export function ActionPage() {
  const { id } = useParams({ from: '/inside/doors/$id' });
  const kinds = useQuery(kindsQuery);
  const action = useQuery(actionQuery(id));
  if (!action.data) return <Waiting {...action} />;
  return (
    <Page title={action.data.name}>
      {kinds.data && action.data.fixedBy !== null ? (
        <FixedAction action={action.data} kind={kinds.data.find(({ kind }) => kind === action.data.kind)} />
      ) : kinds.data ? (
        // What somebody else has saved meanwhile does not take what is typed here away: saving says so.
        <ActionForm key={id} action={action.data} kinds={kinds.data} />
      ) : (
        <Waiting {...kinds} />
      )}
    </Page>
  );
}

function Page({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <>
      <Anchor component={Link} to="/doors" size="sm">
        <Group gap={4} mb="xs">
          <IconArrowLeft size={16} />
          {t('doors.title')}
        </Group>
      </Anchor>
      <PageHead title={title} />
      {children}
    </>
  );
}

function Waiting({ error, refetch }: { readonly error: unknown; readonly refetch: () => unknown }) {
  return error ? <Failed error={error} onRetry={() => refetch()} /> : <Loading />;
}
