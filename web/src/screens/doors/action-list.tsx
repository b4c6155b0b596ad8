// Doors and actions: what each is, whom it lets in, what it did last, and opening by hand.

import { Alert, Badge, Button, Card, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconBolt, IconDoor, IconLock, IconPlus, IconShieldHalf } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.ts';
import { useCameraNames } from '../../parts/cameras.ts';
import { Empty } from '../../parts/empty.tsx';
import { Failed } from '../../parts/failed.tsx';
import { kindTitle } from '../../parts/kind-form.tsx';
import { Loading } from '../../parts/loading.tsx';
import { When } from '../../parts/when.tsx';
import { asWords } from './action-draft.ts';
import { actionsQuery, kindsQuery, lastRunQuery, type Action, type CameraNames, type Run } from './door-data.ts';
import { causeText, fixedText, isDoor, policyText, STATE_COLORS, stateText } from './door-words.ts';
import { RunNow } from './run-now.tsx';

export function ActionList() {
  const { t } = useTranslation();
  const mayEdit = useMay('administrator');
  const { data: actions, error, refetch } = useQuery(actionsQuery);
  const cameras = useCameraNames();
  if (error && !actions) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!actions) return <Loading />;
  const add = mayEdit && (
    <Button component={Link} to="/doors/new" leftSection={<IconPlus size={18} />}>
      {t('doors.add')}
    </Button>
  );
  if (actions.length === 0) {
    return (
      <Empty icon={<IconDoor />} title={t('doors.none')}>
        <Stack align="center">
          <Text inherit>{t(mayEdit ? 'doors.noneText' : 'doors.noneTextOperator')}</Text>
          {add}
        </Stack>
      </Empty>
    );
  }
  return (
    <Stack>
      <Group justify="space-between">
        <Text c="dimmed" flex="1 1 20rem">
          {t('doors.listText')}
        </Text>
        {add}
      </Group>
      {actions.some(isDoor) && <PhotographWarning />}
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {actions.map((action) => (
          <ActionCard key={action.id} action={action} cameras={cameras} mayEdit={mayEdit} />
        ))}
      </SimpleGrid>
    </Stack>
  );
}

/** As long as nothing tells a living face from a picture of one. */
export function PhotographWarning() {
  const { t } = useTranslation();
  return (
    <Alert color="orange" icon={<IconShieldHalf />} title={t('doors.photographTitle')}>
      {t('doors.photograph')}
    </Alert>
  );
}

function ActionCard({
  action,
  cameras,
  mayEdit,
}: {
  readonly action: Action;
  readonly cameras: CameraNames;
  readonly mayEdit: boolean;
}) {
  const { t } = useTranslation();
  const { data: kinds = [] } = useQuery(kindsQuery);
  const kind = kinds.find((one) => one.kind === action.kind);
  const door = isDoor(action);
  return (
    <Card withBorder padding="md" component="article" aria-label={action.name}>
      <Stack gap="xs" h="100%">
        <Group gap="xs" wrap="nowrap" align="flex-start">
          {door ? <IconDoor size={22} aria-hidden /> : <IconBolt size={22} aria-hidden />}
          <Text fw={600} component="h2" size="md" m={0} flex={1} className="anyName">
            {action.name}
          </Text>
          {!action.enabled && <Badge color="gray">{t('doors.off')}</Badge>}
        </Group>
        <Text size="sm" c="dimmed">
          {t(door ? 'doors.isDoor' : 'doors.isAction', { kind: kind ? kindTitle(asWords(kind)) : action.kind })}
        </Text>
        <Text size="sm" className="anyName">
          {action.access ? t('doors.letsIn', { policy: policyText(action.access, cameras) }) : t('doors.noPolicy')}
        </Text>
        {action.fixedBy !== null && (
          <Group gap={6} wrap="nowrap" align="flex-start">
            <IconLock size={16} aria-hidden style={{ flex: 'none', marginTop: 2 }} />
            <Text size="sm" c="dimmed" className="anyName">
              {fixedText(action.fixedBy)}
            </Text>
          </Group>
        )}
        <Group justify="space-between" mt="auto" pt="xs">
          <LastRun action={action} />
          <Group gap="xs" ml="auto">
            {mayEdit && (
              <Button
                size="xs"
                variant="default"
                aria-label={t(action.fixedBy === null ? 'doors.editOf' : 'doors.lookOf', { name: action.name })}
                renderRoot={(props: object) => <Link to="/doors/$id" params={{ id: action.id }} {...props} />}
              >
                {t(action.fixedBy === null ? 'doors.edit' : 'doors.look')}
              </Button>
            )}
            <RunNow action={action} />
          </Group>
        </Group>
      </Stack>
    </Card>
  );
}

function LastRun({ action }: { readonly action: Action }) {
  const { t } = useTranslation();
  const { data: run } = useQuery(lastRunQuery(action.id));
  if (run === undefined) return <span />;
  if (run === null) {
    return (
      <Text size="sm" c="dimmed">
        {t('doors.neverRun')}
      </Text>
    );
  }
  return (
    <Group gap={6}>
      <Badge variant="light" tt="none" color={STATE_COLORS[run.state]}>
        {stateText(run, isDoor(action))}
      </Badge>
      <Text size="sm" c="dimmed" component="div">
        {whoOf(run)} · <When at={run.at} span inherit />
      </Text>
    </Group>
  );
}

function whoOf(run: Run): string {
  return run.person?.name ?? causeText(run);
}
