// Which alerts are shown, as it stands in the address and as the API is asked.

export interface AlertFilter {
  readonly rule?: string;
  readonly person?: string;
  readonly cameras: readonly string[];
  /** Days in the browser's time zone, both included. */
  readonly from?: string;
  readonly to?: string;
}

export type Search = Readonly<Record<string, string | undefined>>;

/** What makes no sense in the address is as if it were not there. */
export function filterOf({ rule, person, camera, from, to }: Search): AlertFilter {
  return {
    ...(rule && { rule }),
    ...(person && { person }),
    cameras: camera?.split(',').filter(Boolean) ?? [],
    ...(isDay(from) && { from }),
    ...(isDay(to) && { to }),
  };
}

export function searchOf({ rule, person, cameras, from, to }: AlertFilter): Search {
  return { rule, person, camera: cameras.length > 0 ? cameras.join(',') : undefined, from, to };
}

export function isFiltered(filter: AlertFilter): boolean {
  return Object.values(searchOf(filter)).some((value) => value !== undefined);
}

export function queryOf({ rule, person, cameras, from, to }: AlertFilter) {
  return {
    ...(rule && { rule }),
    ...(person && { person }),
    ...(cameras.length > 0 && { camera: [...cameras] }),
    ...(from && { from: midnight(from, 0) }),
    ...(to && { to: midnight(to, 1) }),
  };
}

/** The beginning of a day, or of one after it. */
function midnight(day: string, later: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}

function isDay(text: string | undefined): text is string {
  return text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
}
