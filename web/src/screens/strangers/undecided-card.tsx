// One face between two people, with photos of both beside it.

import { Badge, Box, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconChevronRight, IconTrash, IconUserPlus } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client.ts';
import { Face } from '../../parts/face.tsx';
import type { Picked } from '../../parts/person-picker.tsx';
import { fullTime, When } from '../../parts/when.tsx';
import { KeyHint } from './keys-help.tsx';
import { Naming } from './naming.tsx';
import classes from './strangers.module.css';
import type { Undecided } from './undecided.tsx';

export function UndecidedCard({
  undecided: { candidates, shots, sightings, camera, lastAt },
  cameraNames,
  mayChange,
  onPick,
  onNoUse,
  onLater,
}: {
  readonly undecided: Undecided;
  readonly cameraNames: ReadonlyMap<string, string>;
  readonly mayChange: boolean;
  /** Null: neither. */
  readonly onPick: (picked: Picked | null) => void;
  readonly onNoUse: () => void;
  readonly onLater: () => void;
}) {
  const { t } = useTranslation();
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) head.current?.focus({ preventScroll: true });
  }, []);
  const [a, b] = candidates;
  const title =
    a && b
      ? t('strangers.between', { a: a.person.name, b: b.person.name })
      : a
        ? t('strangers.onlyOne', { a: a.person.name })
        : t('strangers.nobodyLeft');
  return (
    <Paper withBorder p={{ base: 'sm', sm: 'md' }} component="section" aria-label={title}>
      <Stack>
        <Title order={2} size="h3" className="anyName" tabIndex={-1} ref={head} style={{ outline: 'none' }}>
          {title}
        </Title>
        <div className={classes['between']}>
          {a && <Candidate of={a} letter="a" onYes={mayChange ? () => onPick(picked(a)) : null} />}
          <Stack gap="xs" className={classes['middle'] ?? ''}>
            <Box maw={300} mx="auto" w="100%">
              <Face src={shots[0]?.picture ?? null} name={null} size="100%" />
            </Box>
            <Group gap={6} justify="center">
              {shots.slice(1).map(({ detection, picture, capturedAt }) => (
                <Box key={detection} title={fullTime(capturedAt)}>
                  <Face src={picture} name={null} size={64} />
                </Box>
              ))}
            </Group>
            <Text size="sm" c="dimmed" ta="center" className="anyName" component="div">
              {t('strangers.sightings', { count: sightings })} · {cameraNames.get(camera) ?? camera} ·{' '}
              <When at={lastAt} inherit span />
            </Text>
          </Stack>
          {b && <Candidate of={b} letter="b" onYes={mayChange ? () => onPick(picked(b)) : null} />}
        </div>
        {mayChange && (
          <Group align="flex-end" gap="sm">
            <Button
              variant="default"
              leftSection={<IconUserPlus size={16} />}
              rightSection={<KeyHint>x</KeyHint>}
              onClick={() => onPick(null)}
            >
              {t('strangers.neither')}
            </Button>
            <Naming label={`${t('strangers.somebodyElse')} (N)`} onPick={onPick} />
            <Button
              variant="default"
              leftSection={<IconTrash size={16} />}
              rightSection={<KeyHint>d</KeyHint>}
              onClick={onNoUse}
            >
              {t('strangers.noUse')}
            </Button>
            <Button
              variant="default"
              leftSection={<IconChevronRight size={16} />}
              rightSection={<KeyHint>␣</KeyHint>}
              onClick={onLater}
            >
              {t('strangers.later')}
            </Button>
          </Group>
        )}
      </Stack>
    </Paper>
  );
}

type Near = Undecided['candidates'][number];

/** All that a pick is used for is her id and her name. */
function picked({ person }: Near): Picked {
  return { person: person as Schemas['Person'] };
}

function Candidate({
  of,
  letter,
  onYes,
}: {
  readonly of: Near;
  readonly letter: string;
  readonly onYes: (() => void) | null;
}) {
  const { person, pictures } = of;
  const [first = null, ...others] = pictures;
  return (
    <Stack gap="xs">
      <Box maw={300} mx="auto" w="100%">
        <Face src={first} name={person.name} size="100%" />
      </Box>
      <Group gap={6} justify="center">
        {others.map((picture) => (
          <Face key={picture} src={picture} name={person.name} size={64} />
        ))}
      </Group>
      {onYes ? (
        <Button
          onClick={onYes}
          rightSection={<KeyHint>{letter}</KeyHint>}
          styles={{ label: { overflow: 'hidden', textOverflow: 'ellipsis' } }}
        >
          {person.name}
        </Button>
      ) : (
        <Badge variant="light" tt="none" maw="100%">
          {person.name}
        </Badge>
      )}
    </Stack>
  );
}
