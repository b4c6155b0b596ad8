// The searched picture becomes a photo of somebody.

import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconUserPlus } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { postForm } from '../../api/client.ts';
import { Failed } from '../../parts/failed.tsx';
import { findingsOf, mayForce } from '../../parts/gate.ts';
import { tellDone } from '../../parts/notices.tsx';
import { PersonPicker, type Picked } from '../../parts/person-picker.tsx';
import { Findings } from '../../parts/verdict.tsx';

export function EnrolFace({ picture }: { readonly picture: File }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [opened, setOpened] = useState(false);
  const enrol = useMutation({
    mutationFn: async ({ who, force }: { who: Picked; force: boolean }) => {
      const form = new FormData();
      form.set('image', picture, 'photo');
      form.set('force', String(force));
      if ('newName' in who) form.set('name', who.newName);
      const path =
        'person' in who ? `/api/v1/persons/${encodeURIComponent(who.person.id)}/references` : '/api/v1/persons';
      await postForm(path, form);
      return 'person' in who ? who.person.name : who.newName;
    },
    onSuccess: (name) => {
      setOpened(false);
      tellDone(t('search.enrolled', { name }));
      void cache.invalidateQueries({ queryKey: ['persons'] });
      void cache.invalidateQueries({ queryKey: ['photo-search'] });
    },
  });
  const findings = findingsOf(enrol.error);
  const { variables } = enrol;

  return (
    <>
      <Button
        variant="default"
        leftSection={<IconUserPlus size={18} />}
        onClick={() => {
          enrol.reset();
          setOpened(true);
        }}
      >
        {t('search.enrol')}
      </Button>
      <Modal opened={opened} onClose={() => setOpened(false)} title={t('search.enrolTitle')}>
        <Stack>
          {/* The dialog was opened to type a name. */}
          {/* oxlint-disable-next-line jsx-a11y/no-autofocus */}
          <PersonPicker mayCreate autoFocus onPick={(who) => enrol.mutate({ who, force: false })} />
          <Text size="sm" c="dimmed">
            {t('search.enrolHint')}
          </Text>
          {findings ? (
            <div role="alert">
              <Findings of={findings} />
              {mayForce(findings) && variables && (
                <Group mt="xs">
                  <Button
                    variant="light"
                    color="orange"
                    loading={enrol.isPending}
                    onClick={() => enrol.mutate({ ...variables, force: true })}
                  >
                    {t('search.force')}
                  </Button>
                </Group>
              )}
            </div>
          ) : (
            enrol.error && <Failed error={enrol.error} />
          )}
        </Stack>
      </Modal>
    </>
  );
}
