// Where a plot is drawn: as wide as there is room, and never without a width. The library takes a plot away while its place has none (a
// window that is made tiny for a moment, as browsers do to photograph a whole page) and builds it anew some frames later: empty until then.

import { useLayoutEffect, useRef, useState, type ReactElement } from 'react';
import { ResponsiveContainer } from 'recharts';

/** Pixels; below it nothing could be read off. */
const LEAST = 160;

export function PlotSpace({ height, children }: { readonly height: number; readonly children: ReactElement }) {
  const space = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState<number | null>(null);
  useLayoutEffect(() => {
    const { current } = space;
    if (!current) return undefined;
    const measure = (): void => {
      const now = Math.round(current.getBoundingClientRect().width);
      setWidth((before) => (now >= LEAST ? now : (before ?? LEAST)));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return (
    // A plot that is wider than its place for a moment must not widen the place.
    <div ref={space} style={{ height, overflow: 'hidden' }}>
      {width !== null && (
        <ResponsiveContainer width={width} height={height}>
          {children}
        </ResponsiveContainer>
      )}
    </div>
  );
}
