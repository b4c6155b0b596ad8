// A camera's moving picture on a canvas. Runs while it is on the screen; where pictures come faster than they are drawn, the newest wins.

import { Text } from '@mantine/core';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { watchCamera } from '../../api/previews.ts';
import classes from './live.module.css';
import { createPainter } from './painter.ts';

/** A picture that is older is no live picture, and says so. */
const OLD_MS = 8_000;
const LOOK_MS = 2_000;

export function Picture({ camera, name }: { readonly camera: string; readonly name: string }) {
  const { t } = useTranslation();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [state, setState] = useState<'waiting' | 'live' | 'old'>('waiting');
  const [trouble, setTrouble] = useState<string | null>(null);

  const drawn = useEffectEvent(() => {
    setState('live');
    setTrouble(null);
  });
  const old = useEffectEvent(() => setState((before) => (before === 'waiting' ? before : 'old')));
  const troubled = useEffectEvent(setTrouble);
  useEffect(() => {
    const element = canvas.current;
    return element ? showOn(element, camera, { drawn, old, troubled }) : undefined;
  }, [camera]);

  const words = trouble ?? (state === 'waiting' ? t('live.waiting') : state === 'old' ? t('live.old') : null);
  return (
    <>
      <canvas
        ref={canvas}
        className={classes['canvas']}
        role="img"
        aria-label={t('live.pictureOf', { name })}
        data-live={state}
      />
      {words !== null && (
        <Text component="div" size="sm" className={classes['over']}>
          {words}
        </Text>
      )}
    </>
  );
}

/** Shows the camera on the canvas while that is on the screen, until the function it answers is called. */
function showOn(
  canvas: HTMLCanvasElement,
  camera: string,
  tell: {
    readonly drawn: () => void;
    readonly old: () => void;
    readonly troubled: (words: string | null) => void;
  },
): () => void {
  let drawnAt = performance.now();
  const painter = createPainter(canvas, () => {
    drawnAt = performance.now();
    tell.drawn();
  });
  let stop: (() => void) | undefined;
  const observer = new IntersectionObserver(([entry]) => {
    if (entry?.isIntersecting) {
      stop ??= watchCamera(camera, {
        picture: (picture) => painter.paint(picture),
        trouble: (words) => tell.troubled(words),
      });
    } else {
      stop?.();
      stop = undefined;
    }
  });
  observer.observe(canvas);
  const timer = setInterval(() => {
    if (performance.now() - drawnAt > OLD_MS) tell.old();
  }, LOOK_MS);
  return () => {
    observer.disconnect();
    clearInterval(timer);
    stop?.();
    painter.close();
  };
}
