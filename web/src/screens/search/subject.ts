// What is searched for: a picture that somebody has here, or a face that Kith has already, which other screens lead here with.

export type Subject = { readonly picture: File } | { readonly detection: string } | { readonly reference: string };

export function pictureAddress(subject: { readonly detection: string } | { readonly reference: string }): string {
  return 'detection' in subject
    ? `/api/v1/detections/${encodeURIComponent(subject.detection)}/picture`
    : `/api/v1/references/${encodeURIComponent(subject.reference)}/picture`;
}

/** What the address of the screen asks for; a picture cannot stand in it. */
export interface Filter {
  /** Days, YYYY-MM-DD, of the browser's time zone. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Ids, with commas between them. */
  readonly camera?: string | undefined;
}

const DAY_MS = 86_400_000;
export const ALL = 'all';

/** Without a time Kith takes the last 30 days. */
export function metaOf({ from, to, camera }: Filter): Record<string, unknown> {
  return {
    ...(from === ALL ? { from: new Date(0).toISOString() } : from && { from: startOf(from).toISOString() }),
    // The whole of the last day.
    ...(to && { to: new Date(startOf(to).getTime() + DAY_MS).toISOString() }),
    ...(camera && { camera: camera.split(',') }),
  };
}

function startOf(day: string): Date {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date);
}
