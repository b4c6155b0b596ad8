// One camera over the whole window, and from there over the whole screen.

import { Button, Group, Modal, Text } from '@mantine/core';
import { useFullscreenDocument } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import classes from './live.module.css';
import { Picture } from './picture.tsx';
import { isAway, type LiveCamera } from './state.ts';

export function Large({ camera, onClose }: { readonly camera: LiveCamera | null; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { fullscreen, toggle } = useFullscreenDocument();
  function close(): void {
    if (fullscreen) void toggle();
    onClose();
  }
  return (
    <Modal.Root opened={camera !== null} onClose={close} fullScreen>
      <Modal.Content className={classes['large']}>
        <Modal.Header>
          <Modal.Title className="oneLine">{camera?.name}</Modal.Title>
          <Group gap="xs" wrap="nowrap">
            {document.fullscreenEnabled && (
              <Button variant="default" size="compact-md" onClick={() => void toggle()}>
                {t(fullscreen ? 'live.window' : 'live.fullScreen')}
              </Button>
            )}
            <Modal.CloseButton aria-label={t('parts.close')} data-autofocus />
          </Group>
        </Modal.Header>
        <Modal.Body className={classes['largeBody']}>
          {camera && isAway(camera) && (
            <Text className={classes['over']}>{camera.reason ?? t(`live.state.${camera.state}`)}</Text>
          )}
          {camera && !isAway(camera) && <Picture key={camera.id} camera={camera.id} name={camera.name} />}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
