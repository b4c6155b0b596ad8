// The report as this screen asks for it: made on demand, which takes seconds on a large gallery.

import { useQuery } from '@tanstack/react-query';
import { api, dataOf, type Schemas } from '../../api/client.ts';

export type Report = Schemas['Report'];
/** A share with its interval; null when nothing was tried. */
export type Share = Report['known']['named'];

const OLD_MS = 5 * 60_000;
const PROGRESS_MS = 700;

export function useReport() {
  return useQuery({
    queryKey: ['report'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/report', { signal })),
    // Made again only when somebody asks: it costs the machine something.
    staleTime: OLD_MS,
    refetchOnWindowFocus: false,
  });
}

/** How far the report is that is being made. */
export function useReportProgress(isMaking: boolean) {
  const { data } = useQuery({
    queryKey: ['report', 'progress'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/report/progress', { signal })),
    enabled: isMaking,
    refetchInterval: PROGRESS_MS,
    gcTime: 0,
  });
  return isMaking ? (data ?? null) : null;
}

/** As the report's own page says it: few digits, never a rounded 0 or 100. */
export function percent(share: number, language: string): string {
  if (share > 0.9999 && share < 1) return `> ${format(0.9999, language, 2)}`;
  const digits = share === 0 || share === 1 ? 0 : share < 0.01 || share > 0.99 ? 2 : 1;
  return format(share, language, digits);
}

function format(share: number, language: string, digits: number): string {
  return share.toLocaleString(language, { style: 'percent', maximumFractionDigits: digits });
}
