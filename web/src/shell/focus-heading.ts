// After going to another screen the focus is on its heading, so that a screen reader says where one is and the keyboard begins there.

import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';

/** A screen that is loaded first has its heading a little later. */
const PATIENCE_MS = 5_000;

export function useFocusOnHeading(): void {
  const router = useRouter();
  useEffect(() => {
    let stop = () => {};
    const stopHearing = router.subscribe('onResolved', ({ pathChanged, fromLocation }) => {
      // Not at first: there the browser says the title. Filters of the same screen do not count either.
      if (!pathChanged || !fromLocation) return;
      stop();
      stop = focusSoon();
    });
    return () => {
      stopHearing();
      stop();
    };
  }, [router]);
}

function focusSoon(): () => void {
  const content = document.querySelector('#content');
  if (!content || focusHeading(content)) return () => {};
  const observer = new MutationObserver(() => {
    if (focusHeading(content)) stop();
  });
  observer.observe(content, { childList: true, subtree: true });
  const timer = setTimeout(stop, PATIENCE_MS);
  function stop(): void {
    observer.disconnect();
    clearTimeout(timer);
  }
  return stop;
}

function focusHeading(content: Element): boolean {
  const heading = content.querySelector<HTMLElement>('h1');
  if (!heading) return false;
  // Whoever types already, or a dialog that came with the screen, keeps the focus.
  const { activeElement } = document;
  if (activeElement?.closest('[role="dialog"], input, textarea, [contenteditable]')) return true;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  return true;
}
