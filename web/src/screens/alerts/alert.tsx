// One alert: what was seen, as the log has it now, with the answers to it; what became of it; its messages.

import { Anchor, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconArrowLeft, IconBellOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { aboutOf, titleOf, type Shots } from '../../parts/alert-words.ts';
import { useCameraNames } from '../../parts/cameras.ts';
import { Empty } from '../../parts/empty.tsx';
import { Failed } from '../../parts/failed.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { usePersonNames } from '../../parts/person-names.ts';
import { clockTime, dayKey, dayName, fullTime } from '../../parts/when.tsx';
import { AlertAnswers } from './alert-answers.tsx';
import { AlertMessages } from './alert-messages.tsx';
import { AlertSightings } from './alert-sightings.tsx';
import classes from './alerts.module.css';
import { alertQuery, type Alert } from './queries.ts';

const NOT_FOUND = 404;

export function AlertPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/inside/alerts/$id' });
  const { data, error, refetch } = useQuery(alertQuery(id));
  return (
    <>
      <Anchor component={Link} to="/alerts" size="sm">
        <Group gap={4} component="span">
          <IconArrowLeft size={16} aria-hidden />
          {t('alerts.all')}
        </Group>
      </Anchor>
      {data ? (
        <Whole alert={data.alert} shots={data.shots} />
      ) : error instanceof ApiError && error.status === NOT_FOUND ? (
        <>
          <PageHead title={t('alerts.one')} />
          <Empty icon={<IconBellOff />} title={t('alerts.gone')}>
            {t('alerts.goneText')}
          </Empty>
        </>
      ) : (
        <>
          <PageHead title={t('alerts.one')} />
          {error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loading />}
        </>
      )}
    </>
  );
}

function Whole({ alert, shots }: { readonly alert: Alert; readonly shots: Shots }) {
  const { t } = useTranslation();
  const may = useMay('administrator');
  const cameras = useCameraNames();
  const persons = usePersonNames(alert.personId === null ? [] : [alert.personId]);
  return (
    <>
      <PageHead title={titleOf(aboutOf(alert), shots, cameras, persons)} />
      <Text c="dimmed" mb="md" className="anyName">
        {dayName(dayKey(alert.at))}, {clockTime(alert.at)} ·{' '}
        {may ? (
          <Anchor
            inherit
            underline="always"
            renderRoot={(props: object) => <Link to="/rules" search={{ edit: alert.ruleId }} {...props} />}
          >
            {t('alerts.byRule', { rule: alert.ruleName })}
          </Anchor>
        ) : (
          t('alerts.byRule', { rule: alert.ruleName })
        )}
      </Text>
      <AlertAnswers alert={alert} />
      <div className={classes['columns']}>
        {alert.sightings.length > 0 && (
          <div className={classes['main']}>
            <AlertSightings alert={alert} shots={shots} />
          </div>
        )}
        <Stack className={classes['beside'] ?? ''} gap="lg">
          <Outcomes alert={alert} />
          <AlertMessages id={alert.id} />
        </Stack>
      </div>
    </>
  );
}

function Outcomes({ alert: { outcomes } }: { readonly alert: Alert }) {
  const { t } = useTranslation();
  return (
    <Stack gap="xs" component="section" aria-label={t('alerts.became')}>
      <Title order={2} size="h5">
        {t('alerts.became')}
      </Title>
      {outcomes.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('alerts.nothingYet')}
        </Text>
      )}
      <div role="status">
        <Stack gap="xs">
          {outcomes.map(({ at, by, text }, i) => (
            // oxlint-disable-next-line react/no-array-index-key -- they only ever grow
            <Paper key={i} withBorder p="xs">
              <Text size="sm" className="anyName">
                {t('alerts.outcome', { by, text })}
              </Text>
              <Text size="xs" c="dimmed">
                {fullTime(at)}
              </Text>
            </Paper>
          ))}
        </Stack>
      </div>
    </Stack>
  );
}
