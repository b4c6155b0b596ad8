// Names somebody where she is seen: a new name, somebody who is known already, or one of the two of "A or B?".

import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, dataOf, type Schemas } from '../../api/client.ts';
import { Face } from '../../parts/face.tsx';
import { tellFailure, tellUndoable } from '../../parts/notices.tsx';
import { PersonPicker, type Picked } from '../../parts/person-picker.tsx';
import type { Row } from './feed.ts';

const FACE = 120;
/** The dialog was opened to type a name. */
const PICKER = { mayCreate: true, autoFocus: true };
type Entries = Schemas['Entries']['entries'];

export function WhoIsThis({ row, onClose }: { readonly row: Row | null; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const naming = useMutation({
    mutationFn: async ({ of, picked }: { of: Row; picked: Picked }) => ({
      name: 'person' in picked ? picked.person.name : picked.newName,
      entries: of.person === null ? await decide(of, picked) : await name(of.person.id, picked),
    }),
    onSuccess: async ({ name, entries }) => {
      onClose();
      tellUndoable(t('live.named', { name }), entries, cache);
      await cache.invalidateQueries();
    },
    onError: tellFailure,
  });
  const pick = (picked: Picked) => row && naming.mutate({ of: row, picked });
  return (
    <Modal
      opened={row !== null}
      onClose={onClose}
      title={t('live.who')}
      closeButtonProps={{ 'aria-label': t('parts.close') }}
    >
      {row && (
        <Stack>
          <Group wrap="nowrap" align="flex-start">
            <Face src={row.picture} name={row.person?.name ?? null} size={FACE} />
            <Stack gap="xs" miw={0}>
              <Text className="anyName" fw={600}>
                {row.person?.name ?? t('live.undecided')}
              </Text>
              {row.person === null &&
                row.decided?.candidates?.map(({ person }) => (
                  <Button
                    key={person.id}
                    variant="light"
                    disabled={naming.isPending}
                    onClick={() => pick({ person: person as Schemas['Person'] })}
                  >
                    {person.name}
                  </Button>
                ))}
            </Stack>
          </Group>
          <PersonPicker
            onPick={pick}
            {...PICKER}
            label={t('live.hername')}
            {...(row.person && { except: row.person.id })}
          />
          <Text size="sm" c="dimmed">
            {t('live.whoHint')}
          </Text>
        </Stack>
      )}
    </Modal>
  );
}

/** A stranger gets a name, or is somebody who is known already. */
async function name(id: string, picked: Picked): Promise<Entries> {
  const params = { path: { id } };
  if ('newName' in picked) {
    return (await dataOf(api.PATCH('/api/v1/persons/{id}', { params, body: { name: picked.newName } }))).entries;
  }
  const body = { into: picked.person.id };
  return (await dataOf(api.POST('/api/v1/persons/{id}/merge', { params, body }))).entries;
}

/** Detections without a person get one. */
async function decide({ seen }: Row, picked: Picked): Promise<Entries> {
  const move = (person: string | null) =>
    dataOf(api.POST('/api/v1/detections/move', { body: { detections: [...seen], person } }));
  if ('person' in picked) return (await move(picked.person.id)).entries;
  const { entries, detections } = await move(null);
  const id = detections.find(({ person }) => person !== null)?.person?.id;
  if (id === undefined) return entries;
  return [...entries, ...(await name(id, picked))];
}
