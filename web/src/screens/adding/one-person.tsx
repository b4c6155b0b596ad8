// One person: who it is, her photos from files or the webcam, and what the gate says to each.

import { Alert, Button, FileButton, Group, Stack, Text } from '@mantine/core';
import { IconCheck, IconVideo } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DropArea } from '../../parts/drop-area.tsx';
import { usePastedPictures } from '../../parts/pasted.ts';
import { Webcam } from '../../parts/webcam.tsx';
import { useEnrolQueue } from './enrol-queue.ts';
import { PhotoCard } from './photo-card.tsx';
import { Who } from './who.tsx';

export function OnePerson() {
  const { t } = useTranslation();
  const queue = useEnrolQueue();
  const [webcam, setWebcam] = useState(false);
  const { photos, who, busy, taken, sightings, add } = queue;
  usePastedPictures(add);
  const waiting = photos.filter(({ state }) => state === 'waiting');
  const looked = photos.some(({ state }) => state === 'refused');
  const person = who !== null && 'person' in who ? who.person : null;

  return (
    <>
      <Who who={who} locked={taken > 0 || busy} onPick={queue.setWho} />
      {webcam ? (
        <Webcam poses onTake={(picture) => add([picture])} onClose={() => setWebcam(false)} />
      ) : (
        <DropArea
          compact={photos.length > 0}
          label={t('adding.dropHere')}
          hint={t('adding.orPaste')}
          onDrop={(transfer) => add([...transfer.files])}
        >
          <Group justify="center">
            <FileButton multiple accept="image/*,.heic,.heif" onChange={add}>
              {(props) => <Button {...props}>{t('adding.choose')}</Button>}
            </FileButton>
            <Button variant="default" leftSection={<IconVideo size={18} />} onClick={() => setWebcam(true)}>
              {t('adding.useWebcam')}
            </Button>
          </Group>
        </DropArea>
      )}
      {photos.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('adding.advice')}
        </Text>
      )}
      {waiting.length > 0 && (
        <Group>
          <Button loading={busy} disabled={who === null} onClick={() => void queue.enrol(waiting)}>
            {t('adding.enrol', { count: waiting.length })}
          </Button>
          {who === null && <Text size="sm">{t('adding.chooseName')}</Text>}
        </Group>
      )}
      <div role="status">
        {!busy && person && taken > 0 && (
          <Alert color="green" icon={<IconCheck />}>
            <Text className="anyName">{t('adding.ready', { name: person.name, count: taken })}</Text>
            {sightings > 0 && <Text>{t('adding.lookedBack', { count: sightings })}</Text>}
            <Group mt="sm">
              <Button
                variant="default"
                renderRoot={(props) => <Link to="/people/$id" params={{ id: person.id }} {...props} />}
              >
                <span className="oneLine">{t('adding.openPerson', { name: person.name })}</span>
              </Button>
              <Button variant="default" onClick={() => queue.startOver()}>
                {t('adding.another')}
              </Button>
            </Group>
          </Alert>
        )}
        {!busy && person === null && looked && <Alert color="orange">{t('adding.noneTaken')}</Alert>}
      </div>
      {photos.length > 0 && (
        <Stack component="ul" gap="xs" p={0} m={0} aria-label={t('adding.photos')} style={{ listStyle: 'none' }}>
          {/* The latest on top, where the webcam is. */}
          {photos.toReversed().map((photo, i) => (
            <PhotoCard
              key={photo.key}
              photo={photo}
              nr={photos.length - i}
              busy={busy || who === null}
              onForce={() => void queue.enrol([photo], true)}
              onAgain={() => void queue.enrol([photo])}
              onRemove={() => queue.remove(photo.key)}
            />
          ))}
        </Stack>
      )}
    </>
  );
}
