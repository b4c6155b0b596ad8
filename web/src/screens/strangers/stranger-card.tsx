// One stranger: her shots, where and when she was seen, whom she looks like, and what can be done with her.

import { ActionIcon, Anchor, Box, Button, Group, Paper, Stack, Text, Title, Tooltip } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconEyeOff, IconScissors, IconTrash } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Face } from '../../parts/face.tsx';
import { fullTime, When } from '../../parts/when.tsx';
import type { Answers } from './answers.ts';
import { percent } from './explained.ts';
import { KeyHint } from './keys-help.tsx';
import { bestGuess, LookalikeCard, NobodyNear } from './lookalike.tsx';
import { Naming } from './naming.tsx';
import type { Queue, Stranger } from './queue.ts';
import classes from './strangers.module.css';

export function StrangerCard({
  stranger,
  queue,
  answers,
  cameraNames,
  mayChange,
  onSplit,
}: {
  readonly stranger: Stranger;
  readonly queue: Queue;
  readonly answers: Answers;
  readonly cameraNames: ReadonlyMap<string, string>;
  readonly mayChange: boolean;
  readonly onSplit: () => void;
}) {
  const { t } = useTranslation();
  const { person, shots, mayBe } = stranger;
  const guess = bestGuess(stranger);
  const head = useRef<HTMLHeadingElement>(null);
  // An answer takes its button away with the card: go on from the next one's head, not from the top of the page.
  useEffect(() => {
    if (document.activeElement === document.body) head.current?.focus({ preventScroll: true });
  }, []);
  const near = [mayBe.known, mayBe.unknown].filter((one) => one !== null);
  return (
    <Paper withBorder p={{ base: 'sm', sm: 'md' }} component="section" aria-label={person.name}>
      <Stack gap="md">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Box miw={0}>
            <Title order={2} size="h3" className="anyName" tabIndex={-1} ref={head} style={{ outline: 'none' }}>
              {person.name}
            </Title>
            <Facts stranger={stranger} cameraNames={cameraNames} />
          </Box>
          <Group gap={4} wrap="nowrap">
            <Step
              text={t('strangers.previous')}
              icon={<IconChevronLeft size={18} />}
              onClick={() => queue.step(-1)}
              off={queue.place <= 0}
            />
            {queue.place >= 0 && (
              <Text size="xs" c="dimmed" visibleFrom="sm" style={{ whiteSpace: 'nowrap' }}>
                {t('strangers.place', { place: queue.place + 1, count: queue.strangers.length })}
              </Text>
            )}
            <Step
              text={t('strangers.next')}
              icon={<IconChevronRight size={18} />}
              onClick={() => queue.step(1)}
              off={queue.place >= queue.strangers.length - 1}
            />
          </Group>
        </Group>
        <div className={classes['shots']} role="group" aria-label={t('strangers.shotsOf', { name: person.name })}>
          {shots.map(({ detection, picture, capturedAt, camera }) => {
            const where = cameraNames.get(camera) ?? camera;
            const said = t('strangers.shot', { name: person.name, when: fullTime(capturedAt), camera: where });
            return (
              <Tooltip key={detection} label={said}>
                <div>
                  <Face src={picture} name={said} size="100%" />
                </div>
              </Tooltip>
            );
          })}
        </div>
        {near.length === 0 ? (
          <NobodyNear />
        ) : (
          <div className={classes['lookalikes']}>
            {near.map((lookalike) => (
              <LookalikeCard
                key={lookalike.person.id}
                stranger={stranger}
                lookalike={lookalike}
                isBest={lookalike.person.id === guess?.id}
                onYes={mayChange ? () => answers.merge(stranger, lookalike.person) : null}
              />
            ))}
          </div>
        )}
        {mayChange && (
          <Group align="flex-end" gap="sm" role="group" aria-label={t('strangers.actions', { name: person.name })}>
            <Naming
              label={`${t('strangers.who')} (N)`}
              except={person.id}
              onPick={(picked) => answers.name(stranger, picked)}
            />
            <Act
              text={t('strangers.ignore')}
              hint={t('strangers.ignoreHint')}
              letter="i"
              icon={<IconEyeOff size={16} />}
              onClick={() => answers.ignore(stranger)}
            />
            {stranger.sightings > 1 && (
              <Act
                text={t('strangers.split')}
                hint={t('strangers.splitHint')}
                letter="s"
                icon={<IconScissors size={16} />}
                onClick={onSplit}
              />
            )}
            <Act
              text={t('strangers.noUse')}
              hint={t('strangers.noUseHint')}
              letter="d"
              icon={<IconTrash size={16} />}
              onClick={() => answers.discard(stranger)}
            />
            <Act
              text={t('strangers.later')}
              hint={t('strangers.laterHint')}
              letter="␣"
              icon={<IconChevronRight size={16} />}
              onClick={() => queue.step(1)}
            />
          </Group>
        )}
      </Stack>
    </Paper>
  );
}

function Facts({
  stranger,
  cameraNames,
}: {
  readonly stranger: Stranger;
  readonly cameraNames: ReadonlyMap<string, string>;
}) {
  const { t, i18n } = useTranslation();
  const { person, sightings, visits, share, firstSeenAt, lastSeenAt, cameras } = stranger;
  return (
    <>
      <Text size="sm">
        <Anchor
          component={Link}
          to={`/log?person=${encodeURIComponent(person.id)}`}
          title={t('strangers.toLog')}
          inherit
        >
          {t('strangers.sightings', { count: sightings })}
        </Anchor>
        {` · ${t('strangers.visits', { count: visits })} · ${t('strangers.share', { share: percent(share, i18n.language) })}`}
      </Text>
      <Text size="sm" c="dimmed" component="div">
        {t('strangers.lastSeen')} <When at={lastSeenAt} inherit span /> · {t('strangers.firstSeen')}{' '}
        <When at={firstSeenAt} inherit span />
      </Text>
      <Text size="sm" c="dimmed" className="anyName">
        {cameras.map(({ id, sightings: n }) => `${cameraNames.get(id) ?? id} (${n})`).join(', ')}
      </Text>
    </>
  );
}

function Step({
  text,
  icon,
  onClick,
  off,
}: {
  readonly text: string;
  readonly icon: React.ReactNode;
  readonly onClick: () => void;
  readonly off: boolean;
}) {
  return (
    <ActionIcon variant="default" size="lg" aria-label={text} onClick={onClick} disabled={off}>
      {icon}
    </ActionIcon>
  );
}

function Act({
  text,
  hint,
  letter,
  icon,
  onClick,
}: {
  readonly text: string;
  readonly hint: string;
  readonly letter: string;
  readonly icon: React.ReactNode;
  readonly onClick: () => void;
}) {
  return (
    <Tooltip label={hint} multiline maw={260}>
      <Button variant="default" leftSection={icon} rightSection={<KeyHint>{letter}</KeyHint>} onClick={onClick}>
        {text}
      </Button>
    </Tooltip>
  );
}
