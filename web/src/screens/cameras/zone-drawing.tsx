// The zones over the picture: drawn corner by corner, moved by corners or as a whole, by mouse, finger and keyboard.

import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './cameras.module.css';
import {
  COLOURS,
  faultOf,
  tidy,
  withAdded,
  withMoved,
  withShifted,
  withoutCorner,
  type Corner,
  type Kind,
  type Zone,
} from './zones.ts';

const STEP = 0.01;
const LARGE_STEP = 0.05;
/** Pixels of the screen within which a click at the first corner closes the zone. */
const NEAR_PX = 16;
const ARROWS: Readonly<Record<string, Corner>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export interface Drawing {
  readonly kind: Kind;
  readonly corners: readonly Corner[];
}

export function ZoneDrawing({
  zones,
  selected,
  drawing,
  size,
  disabled,
  onSelect,
  onChange,
  onDraw,
  onFinish,
}: {
  readonly zones: readonly Zone[];
  readonly selected: number | null;
  /** A zone in the making. */
  readonly drawing: Drawing | null;
  /** Of the picture, so that circles are round. */
  readonly size: { readonly width: number; readonly height: number };
  readonly disabled: boolean;
  readonly onSelect: (key: number) => void;
  readonly onChange: (zone: Zone) => void;
  readonly onDraw: (corners: readonly Corner[]) => void;
  readonly onFinish: () => void;
}) {
  const { t } = useTranslation();
  const area = useRef<SVGSVGElement>(null);
  const [pointer, setPointer] = useState<Corner | null>(null);
  const { width, height } = size;
  const dot = Math.max(width, height) / 110;

  function placeOf(event: PointerEvent): Corner {
    const box = area.current?.getBoundingClientRect();
    if (!box) return [0, 0];
    return tidy([(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]);
  }

  function down(event: PointerEvent): void {
    if (!drawing || event.button > 0) return;
    event.preventDefault();
    const at = placeOf(event);
    const [first] = drawing.corners;
    const box = area.current?.getBoundingClientRect();
    const closes =
      first &&
      box &&
      drawing.corners.length >= 3 &&
      Math.hypot((at[0] - first[0]) * box.width, (at[1] - first[1]) * box.height) < NEAR_PX;
    if (closes) onFinish();
    else onDraw([...drawing.corners, at]);
  }

  const points = (corners: readonly Corner[]): string =>
    corners.map(([x, y]) => `${x * width},${y * height}`).join(' ');
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- corners and list are the way for the keyboard
    <svg
      ref={area}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      className={drawing ? classes['drawing'] : undefined}
      role="group"
      aria-label={t('cameras.zones.drawing')}
      onPointerDown={down}
      onPointerMove={(event) => drawing && setPointer(placeOf(event))}
    >
      {zones.map((zone) => (
        <Area
          key={zone.key}
          zone={zone}
          points={points(zone.corners)}
          size={size}
          dot={dot}
          isSelected={zone.key === selected}
          isFixed={disabled || drawing !== null}
          placeOf={placeOf}
          onSelect={() => !drawing && onSelect(zone.key)}
          onChange={onChange}
        />
      ))}
      {!disabled &&
        !drawing &&
        zones
          .filter(({ key }) => key === selected)
          .map((zone) => (
            <Corners key={zone.key} zone={zone} size={size} dot={dot} placeOf={placeOf} onChange={onChange} />
          ))}
      {drawing && (
        <g pointerEvents="none">
          <polyline
            points={points(pointer ? [...drawing.corners, pointer] : drawing.corners)}
            fill="none"
            stroke={COLOURS[drawing.kind]}
            strokeWidth={dot / 2}
          />
          {drawing.corners.map(([x, y], index) => (
            <circle
              // oxlint-disable-next-line react/no-array-index-key -- a corner has no other name
              key={index}
              cx={x * width}
              cy={y * height}
              r={index === 0 ? dot * 1.3 : dot}
              fill={COLOURS[drawing.kind]}
              stroke="#fff"
              strokeWidth={dot / 4}
            />
          ))}
        </g>
      )}
    </svg>
  );
}

/** A zone's surface, its name in it; the chosen one is moved by it. */
function Area({
  zone,
  points,
  size: { width, height },
  dot,
  isSelected,
  isFixed,
  placeOf,
  onSelect,
  onChange,
}: {
  readonly zone: Zone;
  readonly points: string;
  readonly size: { readonly width: number; readonly height: number };
  readonly dot: number;
  readonly isSelected: boolean;
  readonly isFixed: boolean;
  readonly placeOf: (event: PointerEvent) => Corner;
  readonly onSelect: () => void;
  readonly onChange: (zone: Zone) => void;
}) {
  const { t } = useTranslation();
  const [held, setHeld] = useState<{ readonly from: Corner; readonly zone: Zone } | null>(null);
  const top = zone.corners.toSorted((a, b) => a[1] - b[1])[0] ?? [0, 0];
  const canMove = isSelected && !isFixed;

  function key(event: KeyboardEvent): void {
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    const step = event.shiftKey ? LARGE_STEP : STEP;
    onChange(withShifted(zone, [arrow[0] * step, arrow[1] * step]));
    event.preventDefault();
  }

  function move(event: PointerEvent): void {
    if (!held) return;
    const [x, y] = placeOf(event);
    onChange(withShifted(held.zone, [x - held.from[0], y - held.from[1]]));
  }

  return (
    <>
      <polygon
        points={points}
        fill={COLOURS[zone.kind]}
        fillOpacity={isSelected ? 0.35 : 0.2}
        stroke={faultOf(zone) === null ? COLOURS[zone.kind] : '#fab005'}
        strokeWidth={dot / (isSelected ? 2 : 4)}
        strokeDasharray={zone.kind === 'exclude' ? `${dot} ${dot}` : undefined}
        className={canMove ? classes['area'] : undefined}
        {...(canMove && {
          role: 'button',
          tabIndex: 0,
          'aria-label': t('cameras.zones.move'),
          'aria-keyshortcuts': 'ArrowLeft ArrowRight ArrowUp ArrowDown',
          onKeyDown: key,
        })}
        onPointerDown={(event) => {
          onSelect();
          if (isFixed || event.button > 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setHeld({ from: placeOf(event), zone });
        }}
        onPointerMove={move}
        onPointerUp={() => setHeld(null)}
        onPointerCancel={() => setHeld(null)}
      />
      {zone.kind === 'named' && (
        <text
          x={top[0] * width + dot}
          y={Math.min(height - dot, top[1] * height + dot * 2.6)}
          fontSize={dot * 2.2}
          fill="#fff"
          stroke="#000"
          strokeWidth={dot / 3}
          paintOrder="stroke"
          pointerEvents="none"
        >
          {zone.name}
        </text>
      )}
    </>
  );
}

function Corners({
  zone,
  size: { width, height },
  dot,
  placeOf,
  onChange,
}: {
  readonly zone: Zone;
  readonly size: { readonly width: number; readonly height: number };
  readonly dot: number;
  readonly placeOf: (event: PointerEvent) => Corner;
  readonly onChange: (zone: Zone) => void;
}) {
  const { t } = useTranslation();
  const [held, setHeld] = useState<number | null>(null);

  function key(event: KeyboardEvent, index: number, [x, y]: Corner): void {
    const arrow = ARROWS[event.key];
    const step = event.shiftKey ? LARGE_STEP : STEP;
    if (arrow) onChange(withMoved(zone, index, [x + arrow[0] * step, y + arrow[1] * step]));
    else if (event.key === 'Delete' || event.key === 'Backspace') onChange(withoutCorner(zone, index));
    else if (event.key === 'Insert' || event.key === '+') onChange(withAdded(zone, index));
    else return;
    event.preventDefault();
  }

  return (
    <>
      {zone.corners.map(([x, y], index) => {
        const [nextX, nextY] = zone.corners[(index + 1) % zone.corners.length] ?? [x, y];
        const [mx, my] = [((x + nextX) / 2) * width, ((y + nextY) / 2) * height];
        return (
          // oxlint-disable-next-line react/no-array-index-key -- a corner has no other name
          <g key={index}>
            <g
              style={{ cursor: 'copy' }}
              onPointerDown={(event) => {
                event.stopPropagation();
                onChange(withAdded(zone, index));
              }}
            >
              <title>{t('cameras.zones.addCorner')}</title>
              <circle cx={mx} cy={my} r={dot * 2} fill="transparent" />
              <circle cx={mx} cy={my} r={dot * 0.7} fill="#fff" fillOpacity={0.7} stroke={COLOURS[zone.kind]} />
            </g>
            <g
              className={classes['corner']}
              role="button"
              tabIndex={0}
              aria-label={t('cameras.zones.corner', {
                number: index + 1,
                x: Math.round(x * 100),
                y: Math.round(y * 100),
              })}
              aria-keyshortcuts="ArrowLeft ArrowRight ArrowUp ArrowDown Delete Insert"
              onKeyDown={(event) => key(event, index, [x, y])}
              onPointerDown={(event) => {
                event.stopPropagation();
                event.currentTarget.setPointerCapture(event.pointerId);
                setHeld(index);
              }}
              onPointerMove={(event) => held === index && onChange(withMoved(zone, index, placeOf(event)))}
              onPointerUp={() => setHeld(null)}
              onPointerCancel={() => setHeld(null)}
              onDoubleClick={() => onChange(withoutCorner(zone, index))}
              style={{ touchAction: 'none' }}
            >
              <title>{t('cameras.zones.cornerHelp')}</title>
              <circle cx={x * width} cy={y * height} r={dot * 2.4} fill="transparent" />
              <circle
                className={classes['dot']}
                cx={x * width}
                cy={y * height}
                r={dot}
                fill={COLOURS[zone.kind]}
                stroke="#fff"
                strokeWidth={dot / 4}
              />
            </g>
          </g>
        );
      })}
    </>
  );
}
