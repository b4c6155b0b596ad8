// Somebody at a door as a line of a list: face, who, where, when, what became of it; opened, what there is to say about it.

import { Badge, Box, Center, Collapse, Stack, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconHandClick } from '@tabler/icons-react';
import { useId, type ReactNode } from 'react';
import { pictureOf } from '../../parts/alert-words.ts';
import { Face } from '../../parts/face.tsx';
import { clockTime, dayKey, dayShort, fullTime } from '../../parts/when.tsx';
import classes from './doors.module.css';

export function JudgedRow({
  detection,
  name,
  title,
  where,
  at,
  outcome,
  color,
  hint,
  children,
}: {
  /** Null: no face was seen, somebody did it by hand. */
  readonly detection: string | null;
  /** Whose face it is. */
  readonly name: string | null;
  readonly title: string;
  readonly where: string;
  readonly at: string;
  readonly outcome: string;
  readonly color: string;
  /** The reason in one line, where it is not opened; null: there is none to say. */
  readonly hint: string | null;
  readonly children: ReactNode;
}) {
  const [opened, { toggle }] = useDisclosure(false);
  const id = useId();
  return (
    <div className={classes['row']} data-outcome={outcome}>
      <UnstyledButton className={classes['head']} onClick={toggle} aria-expanded={opened} aria-controls={id}>
        {detection === null ? (
          <Center className="face" w={48} h={48} flex="none" aria-hidden>
            <IconHandClick opacity={0.5} />
          </Center>
        ) : (
          <Face src={pictureOf(detection)} name={name} size={48} />
        )}
        <Box flex={1} miw={0}>
          <div className={classes['line']}>
            <Text fw={600} className="anyName" lineClamp={2}>
              {title}
            </Text>
            <Badge variant="light" tt="none" color={color} flex="none">
              {outcome}
            </Badge>
          </div>
          <div className={classes['line']} data-folds>
            <Text size="sm" c="dimmed" className="anyName">
              {where}
            </Text>
            <Text size="sm" c="dimmed" component="time" dateTime={at} title={fullTime(at)} flex="none">
              {dayShort(dayKey(at))}, {clockTime(at)}
            </Text>
          </div>
        </Box>
        <IconChevronDown size={18} className={classes['chevron']} data-opened={opened || undefined} aria-hidden />
      </UnstyledButton>
      {hint !== null && !opened && (
        <Text size="sm" px="sm" pb="xs" className={`${classes['why']} anyName`}>
          {hint}
        </Text>
      )}
      <Collapse expanded={opened} id={id}>
        {opened && (
          <Stack gap="xs" px="sm" pb="sm" className={classes['why']}>
            {children}
          </Stack>
        )}
      </Collapse>
    </div>
  );
}
