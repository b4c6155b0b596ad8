// The doctor's picture: faces hidden, over it where faces were seen and how many of them were usable, the zones, and faces that never move.

import { Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Camera } from './camera-data.ts';
import classes from './cameras.module.css';
import type { Diagnosis } from './doctor-result.tsx';
import { COLOURS as ZONE_COLOURS, zonesOf } from './zones.ts';

const COLUMNS = 16;
const ROWS = 9;
const COLOURS = { good: '#1f9d4d', fair: '#d98a00', poor: '#d22f3a' } as const;
/** Usable shares from which a cell is green, amber: as in the picture of `kith doctor camera`. */
const GREEN = 0.6;
const AMBER = 0.2;

export function DoctorPicture({ camera, result }: { readonly camera: Camera; readonly result: Diagnosis }) {
  const { t } = useTranslation();
  const { facesAt, usableAt, fixed, startedAt } = result;
  // Of a camera so slow that no look came to its end nobody knows.
  const [width, height] = [result.width || COLUMNS, result.height || ROWS];
  const most = Math.max(1, ...facesAt);
  const [w, h] = [width / COLUMNS, height / ROWS];
  const legend = [
    ['good', t('cameras.doctor.most')],
    ['fair', t('cameras.doctor.some')],
    ['poor', t('cameras.doctor.hardly')],
  ] as const;
  return (
    <Stack gap="xs">
      <div className={classes['stage']}>
        <img
          src={`/api/v1/cameras/${encodeURIComponent(camera.id)}/doctor/picture?at=${encodeURIComponent(startedAt)}`}
          alt={t('cameras.doctor.picture', { name: camera.name })}
        />
        <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
          {facesAt.map((count, index) => {
            if (count === 0) return null;
            const usable = (usableAt[index] ?? 0) / count;
            const [x, y] = [(index % COLUMNS) * w, Math.floor(index / COLUMNS) * h];
            return (
              // oxlint-disable-next-line react/no-array-index-key -- a cell is its place
              <g key={index}>
                <rect
                  x={x}
                  y={y}
                  width={w}
                  height={h}
                  fill={COLOURS[usable >= GREEN ? 'good' : usable >= AMBER ? 'fair' : 'poor']}
                  fillOpacity={0.28 + 0.4 * Math.sqrt(count / most)}
                />
                <text
                  x={x + w / 2}
                  y={y + h / 2 + h / 8}
                  fontSize={Math.min(h / 2.6, w / 3)}
                  textAnchor="middle"
                  fontWeight="bold"
                  fill="#fff"
                >
                  {Math.round(usable * 100)}%
                </text>
              </g>
            );
          })}
          {zonesOf(camera.settings).map(({ key, kind, corners }) => (
            <polygon
              key={key}
              points={corners.map(([x, y]) => `${x * width},${y * height}`).join(' ')}
              fill="none"
              stroke={ZONE_COLOURS[kind]}
              strokeWidth={height / 200}
              strokeDasharray={kind === 'exclude' ? `${height / 50}` : undefined}
            />
          ))}
          {fixed.map(({ box: [x = 0, y = 0, bw = 0, bh = 0] }) => (
            <rect
              key={`${x} ${y}`}
              x={x * width}
              y={y * height}
              width={bw * width}
              height={bh * height}
              fill="none"
              stroke="#fff"
              strokeWidth={height / 200}
              strokeDasharray={`${height / 60}`}
            />
          ))}
        </svg>
      </div>
      <Group gap="md">
        {legend.map(([key, words]) => (
          <Group key={key} gap={6} wrap="nowrap">
            <svg width={14} height={14} aria-hidden="true">
              <rect width={14} height={14} rx={3} fill={COLOURS[key]} />
            </svg>
            <Text size="sm">{words}</Text>
          </Group>
        ))}
      </Group>
      <Text size="sm" c="dimmed">
        {t('cameras.doctor.hidden')}
      </Text>
    </Stack>
  );
}
