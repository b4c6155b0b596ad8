// Whom a stranger looks like, side by side with her.

import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { IconArrowsLeftRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client.ts';
import { Face } from '../../parts/face.tsx';
import { KeyHint } from './keys-help.tsx';
import type { Stranger } from './queue.ts';

export type Lookalike = NonNullable<Schemas['Stranger']['mayBe']['known']>;

const COLORS = { certain: 'green', likely: 'blue', possible: 'violet', unlikely: 'gray' } as const;
const SURE = ['certain', 'likely', 'possible', 'unlikely'];

/** Who she is before others, if she may be somebody at all; a name counts for more than a number. */
export function bestGuess({ mayBe }: Stranger): Lookalike['person'] | null {
  const [best] = [mayBe.known, mayBe.unknown]
    .filter((one) => one !== null)
    .filter(({ certainty }) => certainty !== 'unlikely')
    .toSorted((a, b) => SURE.indexOf(a.certainty) - SURE.indexOf(b.certainty));
  return best?.person ?? null;
}

export function LookalikeCard({
  stranger,
  lookalike,
  isBest,
  onYes,
}: {
  readonly stranger: Stranger;
  readonly lookalike: Lookalike;
  readonly isBest: boolean;
  readonly onYes: (() => void) | null;
}) {
  const { t } = useTranslation();
  const { person, certainty, pictures } = lookalike;
  const isKnown = person.kind === 'known';
  const text = t(isKnown ? `strangers.mayBe.${certainty}` : `strangers.sameAs.${certainty}`, { name: person.name });
  return (
    <Paper withBorder p="sm">
      <Stack gap="xs">
        <Badge
          variant="light"
          color={COLORS[certainty]}
          tt="none"
          maw="100%"
          h="auto"
          py={4}
          styles={{ label: { whiteSpace: 'normal', overflowWrap: 'anywhere' } }}
        >
          {text}
        </Badge>
        <Group gap={6} wrap="nowrap">
          <Face src={stranger.shots[0]?.picture ?? null} name={stranger.person.name} size={76} />
          <IconArrowsLeftRight size={18} opacity={0.5} aria-hidden style={{ flexShrink: 0 }} />
          {(pictures.length > 0 ? pictures : [null]).slice(0, 2).map((picture) => (
            <Face key={picture} src={picture} name={person.name} size={76} />
          ))}
        </Group>
        {onYes && (
          <Button
            variant={isBest ? 'filled' : 'default'}
            onClick={onYes}
            rightSection={isBest ? <KeyHint>m</KeyHint> : null}
            styles={{ label: { overflow: 'hidden', textOverflow: 'ellipsis' } }}
          >
            {isKnown ? t('strangers.yesIs', { name: person.name }) : t('strangers.same')}
          </Button>
        )}
      </Stack>
    </Paper>
  );
}

export function NobodyNear() {
  const { t } = useTranslation();
  return (
    <Text size="sm" c="dimmed">
      {t('strangers.nobodyNear')}
    </Text>
  );
}
