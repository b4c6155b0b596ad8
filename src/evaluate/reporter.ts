// Reports on demand: who asks while one is being made gets the same one, and so does who asks again before anything changed.

import type { Store } from '../store-port.ts';
import { makeReport, type ReportParts } from './report.ts';
import type { Report, ReportRule } from './report-types.ts';

const KEEP_MS = 60_000;

export interface Reporter {
  report(): Promise<Report>;
  /** The report as HTML, and the content security policy that it needs. */
  page(): Promise<{ readonly html: string; readonly policy: string }>;
  /** Of the report that is being made; null when none is. */
  progress(): { readonly done: number; readonly total: number } | null;
}

export interface ReporterParts extends Pick<ReportParts, 'version' | 'clock'> {
  readonly store: ReportParts['store'] & Pick<Store, 'changes'>;
  /** The rule in force, asked for each report. */
  readonly rule: () => Promise<ReportRule>;
}

export function createReporter({ store, rule, version, clock }: ReporterParts): Reporter {
  let last: { readonly report: Report; readonly at: number; readonly seq: number } | undefined;
  let making: Promise<Report> | undefined;
  let progress: { done: number; total: number } | null = null;

  async function report(): Promise<Report> {
    if (making) return making;
    const before = last;
    if (before && (await isFresh(before))) return before.report;
    making ??= make().finally(() => {
      making = undefined;
      progress = null;
    });
    return making;
  }

  async function isFresh({ at, seq }: { readonly at: number; readonly seq: number }): Promise<boolean> {
    if (clock() - at >= KEEP_MS) return false;
    // After a change of model every distance is another one.
    const changes = await Promise.all([store.changes.since(seq, 1, 'gallery'), store.changes.since(seq, 1, 'model')]);
    return changes.every(({ length }) => length === 0);
  }

  async function make(): Promise<Report> {
    progress = { done: 0, total: 0 };
    // Before anything is read: what changes meanwhile makes the report old.
    const seq = await store.changes.last();
    const report = await makeReport({
      store,
      rule: await rule(),
      version,
      clock,
      progress: (done, total) => {
        progress = { done, total };
      },
    });
    last = { report, at: clock(), seq };
    return report;
  }

  return {
    report,
    async page() {
      const made = await report();
      // The plots' library is large, and a program that is never asked does without it.
      const { REPORT_POLICY, reportPage } = await import('./report-page.ts');
      return { html: await reportPage(made), policy: REPORT_POLICY };
    },
    progress: () => progress,
  };
}
