// Further photos of somebody: dropped or chosen, judged one by one by the enrolment gate, whose reasons are shown.

import '@mantine/dropzone/styles.css';
import { Alert, Button, Checkbox, CloseButton, Group, Loader, Stack, Text } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconCircleCheck, IconCircleX, IconPhotoPlus, IconAlertTriangle } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, postForm, type Schemas } from '../../api/client.ts';
import { messageOf } from '../../parts/notices.tsx';
import type { WholePerson } from './queries.ts';

const MOST_BYTES = 20 * 1024 * 1024;
type Findings = readonly { readonly code: string; readonly message: string }[];

interface Tried {
  readonly key: number;
  readonly file: File;
  readonly state: 'waiting' | Schemas['Verdict']['verdict'];
  readonly findings: Findings;
  /** It was refused for how it looks, which a human may overrule. */
  readonly mayForce: boolean;
}

let last = 0;

export function AddPhotos({ person }: { readonly person: WholePerson }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [tried, setTried] = useState<readonly Tried[]>([]);
  const [force, setForce] = useState(false);
  const put = (one: Tried): void => setTried((all) => all.map((other) => (other.key === one.key ? one : other)));

  /** One after the other: each is judged by those before it. */
  async function add(all: readonly Tried[], isForced: boolean): Promise<void> {
    for (const one of all) {
      put({ ...one, state: 'waiting', findings: [] });
      const form = new FormData();
      form.append('image', one.file);
      if (isForced) form.append('force', 'true');
      try {
        const address = `/api/v1/persons/${encodeURIComponent(person.id)}/references`;
        const taken = await postForm<Schemas['Verdict']>(address, form);
        put({ ...one, state: taken.verdict, findings: taken.findings, mayForce: false });
      } catch (error) {
        const given = error instanceof ApiError ? (error.more['findings'] as Findings | undefined) : undefined;
        const findings = given ?? [{ code: 'failed', message: messageOf(error) }];
        put({ ...one, state: 'refused', findings, mayForce: !isForced && given !== undefined });
      }
    }
    await cache.invalidateQueries({ queryKey: ['persons'] });
  }

  function take(files: readonly File[]): void {
    const fresh = files.map((file): Tried => ({ key: ++last, file, state: 'waiting', findings: [], mayForce: false }));
    setTried((all) => [...fresh, ...all]);
    void add(fresh, force);
  }

  return (
    <Stack gap="xs">
      <Dropzone
        onDrop={take}
        onReject={(rejected) =>
          setTried((all) => [
            ...rejected.map(({ file }): Tried => ({
              key: ++last,
              file: file as File,
              state: 'refused',
              findings: [{ code: 'unreadable', message: t('people.notAPhoto') }],
              mayForce: false,
            })),
            ...all,
          ])
        }
        accept={['image/*']}
        maxSize={MOST_BYTES}
        p="sm"
        inputProps={{ 'aria-label': t('people.addPhoto') }}
        aria-label={t('people.addPhoto')}
      >
        <Group justify="center" gap="sm" style={{ pointerEvents: 'none' }}>
          <IconPhotoPlus size={22} />
          <Text size="sm">{t('people.dropPhotos')}</Text>
        </Group>
      </Dropzone>
      <Checkbox
        size="xs"
        label={t('people.force')}
        checked={force}
        onChange={({ currentTarget: { checked } }) => setForce(checked)}
      />
      <Stack gap="xs" aria-live="polite">
        {tried.map((one) => (
          <TriedPhoto
            key={one.key}
            tried={one}
            onForce={() => void add([one], true)}
            onClose={() => setTried((all) => all.filter(({ key }) => key !== one.key))}
          />
        ))}
      </Stack>
    </Stack>
  );
}

const LOOKS = {
  accepted: { color: 'green', icon: <IconCircleCheck /> },
  warned: { color: 'orange', icon: <IconAlertTriangle /> },
  refused: { color: 'red', icon: <IconCircleX /> },
  waiting: { color: 'gray', icon: <Loader size="xs" /> },
} as const;

function TriedPhoto({
  tried: { file, state, findings, mayForce },
  onForce,
  onClose,
}: {
  readonly tried: Tried;
  readonly onForce: () => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Alert variant="light" p="xs" color={LOOKS[state].color} icon={LOOKS[state].icon}>
      <Group justify="space-between" wrap="nowrap" align="start">
        <Stack gap={2} miw={0}>
          <Text size="sm" fw={600} className="anyName">
            {file.name}: {t(`people.verdict.${state}`)}
          </Text>
          {findings.map(({ code, message }) => (
            <Text key={code} size="sm" className="anyName">
              {message}
            </Text>
          ))}
          {mayForce && (
            <Button size="compact-xs" variant="default" style={{ alignSelf: 'start' }} onClick={onForce}>
              {t('people.addAnyway')}
            </Button>
          )}
        </Stack>
        <CloseButton size="sm" aria-label={t('parts.close')} onClick={onClose} />
      </Group>
    </Alert>
  );
}
