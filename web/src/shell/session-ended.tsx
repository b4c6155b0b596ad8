// The session has ended while somebody works: she signs in above the page, and goes on where she was.

import { Anchor, Modal, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { tryNow } from '../api/event-stream.ts';
import { watchAnew } from '../api/previews.ts';
import { resumeSession, useSession, useSessionEnded, type Session } from '../api/session.ts';
import { SignIn } from '../parts/sign-in.tsx';

/** Above every other dialog. */
const ABOVE = 1000;

export function SessionEnded() {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const ended = useSessionEnded();
  const { user } = useSession();

  // Who has signed in again in another tab need not do it twice.
  useEffect(() => {
    if (!ended) return undefined;
    const look = () => void cache.invalidateQueries({ queryKey: ['session'] });
    window.addEventListener('focus', look);
    return () => window.removeEventListener('focus', look);
  }, [cache, ended]);

  function done(session: Session): void {
    resumeSession(cache, session);
    tryNow();
    watchAnew();
    void cache.invalidateQueries();
  }

  return (
    <Modal
      opened={ended}
      onClose={() => undefined}
      title={t('shell.ended')}
      centered
      zIndex={ABOVE}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
    >
      <Stack>
        <Text>{t('shell.endedWhy')}</Text>
        <SignIn {...(user && { name: user.name })} onDone={done} />
        <Anchor href="/login" size="sm">
          {t('shell.toLogin')}
        </Anchor>
      </Stack>
    </Modal>
  );
}
