// Pictures that are pasted anywhere on the screen.

import { useEffect, useEffectEvent } from 'react';

export function usePastedPictures(onPictures: (files: readonly File[]) => void): void {
  const heard = useEffectEvent((event: ClipboardEvent) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    onPictures(files);
  });
  useEffect(() => {
    const one = (event: ClipboardEvent): void => heard(event);
    document.addEventListener('paste', one);
    return () => document.removeEventListener('paste', one);
  }, []);
}
