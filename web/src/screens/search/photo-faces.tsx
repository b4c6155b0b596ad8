// The picture with a box around each face, one of which is chosen.

import { Box, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client.ts';
import classes from './photo-faces.module.css';

const POOR = 0.4;
const MOST_HEIGHT = 420;

export function PhotoFaces({
  src,
  width,
  height,
  faces,
  chosen,
  onChoose,
}: {
  readonly src: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly faces: readonly Schemas['Face'][];
  readonly chosen: number | null;
  readonly onChoose: (face: number) => void;
}) {
  const { t } = useTranslation();
  const hasSize = width !== null && height !== null;
  return (
    <div>
      <Box
        className={classes.picture}
        style={hasSize ? { aspectRatio: `${width} / ${height}`, maxWidth: (MOST_HEIGHT * width) / height } : {}}
      >
        {src !== null && <img src={src} alt={t('search.picture')} className={classes.image} />}
        {hasSize &&
          faces.map(({ box: [x = 0, y = 0, w = 0, h = 0], quality }, i) => (
            <button
              // The faces of one picture never change their order.
              // oxlint-disable-next-line react/no-array-index-key
              key={i}
              type="button"
              className={classes.face}
              aria-pressed={i === chosen}
              aria-label={`${t('search.faceNr', { nr: i + 1 })}${quality.total < POOR ? ` (${t('search.poor')})` : ''}`}
              style={{
                left: `${(100 * x) / width}%`,
                top: `${(100 * y) / height}%`,
                width: `${(100 * w) / width}%`,
                height: `${(100 * h) / height}%`,
              }}
              onClick={() => onChoose(i)}
            >
              {faces.length > 1 && <span className={classes.nr}>{i + 1}</span>}
            </button>
          ))}
      </Box>
      {faces.length > 1 && (
        <Text size="sm" mt={4}>
          {t('search.faces', { count: faces.length })} · {t('search.chooseFace')}
        </Text>
      )}
    </div>
  );
}
