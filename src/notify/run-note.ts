// What became of a run, in words, at the alert that it was asked for at: whoever got the message sees it.

import type { Action, Run } from '../action-port.ts';
import type { Store } from '../store-port.ts';

export function noteRun(store: Pick<Store, 'actions' | 'alerts'>): (run: Run) => Promise<void> {
  return async (run) => {
    if (run.alertId === null) return;
    const action = await store.actions.get(run.actionId);
    const at = run.doneAt ?? run.startedAt ?? run.at;
    await store.alerts.note(run.alertId, { at, by: run.by ?? 'Kith', text: runWords(run, action) });
  };
}

/** Plain text, without names of persons. */
function runWords(run: Run, action: Action | null): string {
  const isDoor = action?.access != null;
  const name = run.actionName;
  if (run.state === 'done') return isDoor ? `${name} was opened` : `${name}: done`;
  const why =
    run.state === 'refused'
      ? run.evidence.flatMap(({ met, found }) => (met ? [] : [found])).join('; ')
      : (run.error ?? 'it is not known why');
  return isDoor ? `${name} was not opened: ${why}` : `${name} was not done: ${why}`;
}
