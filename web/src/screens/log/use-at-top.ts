// Whether the top of the page is in sight: there, what is new comes in at once.

import { useEffect, useState } from 'react';

const TOP_PIXELS = 120;

export function useAtTop(): boolean {
  const [isAtTop, setAtTop] = useState(true);
  useEffect(() => {
    const look = (): void => setAtTop(globalThis.scrollY < TOP_PIXELS);
    look();
    globalThis.addEventListener('scroll', look, { passive: true });
    return () => globalThis.removeEventListener('scroll', look);
  }, []);
  return isAtTop;
}
