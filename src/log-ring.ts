// The last hour of the log, in memory and within bounds, for the page "System". Lines come as they were written: secrets are hidden
// already.

export interface LoggedLine {
  /** Grows by one with each line of this run. */
  readonly seq: number;
  readonly at: number;
  readonly level: LogLevel;
  readonly part: string | null;
  readonly message: string;
  /** Whatever else the line says; null where nothing. */
  readonly details: Readonly<Record<string, unknown>> | null;
}

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogQuestion {
  /** This level and those above it. */
  readonly level?: LogLevel | undefined;
  readonly part?: string | undefined;
  /** Part of the line, without case. */
  readonly query?: string | undefined;
  /** Only lines after this one. */
  readonly after?: number | undefined;
  readonly limit: number;
}

export interface LogRing {
  /** One line of JSON as pino writes it; anything else is kept as it is. */
  readonly write: (line: string) => void;
  /** The newest that match, oldest first. */
  readonly read: (question: LogQuestion) => {
    readonly lines: readonly LoggedLine[];
    readonly parts: readonly string[];
  };
}

const HOUR_MS = 3_600_000;
const MOST_LINES = 5_000;
const MOST_CHARACTERS = 8_000_000;
const LONGEST_LINE = 16_000;

interface Kept extends LoggedLine {
  /** In lower case, to search in. */
  readonly text: string;
}

export function createLogRing({
  lines: mostLines = MOST_LINES,
  characters: mostCharacters = MOST_CHARACTERS,
  clock = Date.now,
}: { readonly lines?: number; readonly characters?: number; readonly clock?: () => number } = {}): LogRing {
  let kept: Kept[] = [];
  /** Where the lines that still count begin: cut off now and then, not one by one. */
  let first = 0;
  let characters = 0;
  let seq = 0;

  function dropOld(): void {
    const since = clock() - HOUR_MS;
    for (let line = kept[first]; line; line = kept[first]) {
      if (kept.length - first <= mostLines && characters <= mostCharacters && line.at >= since) break;
      characters -= line.text.length;
      first++;
    }
    if (first < mostLines) return;
    kept = kept.slice(first);
    first = 0;
  }

  return {
    write(line) {
      const whole = line.trimEnd();
      if (whole === '') return;
      const parsed = parse(whole, clock());
      const bounded =
        whole.length > LONGEST_LINE
          ? { ...parsed, message: parsed.message.slice(0, LONGEST_LINE), details: null }
          : parsed;
      const one = { ...bounded, seq: ++seq, text: whole.slice(0, LONGEST_LINE).toLowerCase() };
      kept.push(one);
      characters += one.text.length;
      dropOld();
    },
    read({ level = 'trace', part, query, after = 0, limit }) {
      dropOld();
      const least = LOG_LEVELS.indexOf(level);
      const wanted = query?.trim().toLowerCase() ?? '';
      const found: LoggedLine[] = [];
      const parts = new Set<string>();
      for (let i = kept.length - 1; i >= first; i--) {
        const line = kept[i];
        if (!line) break;
        if (line.part !== null) parts.add(line.part);
        if (found.length === limit || line.seq <= after || LOG_LEVELS.indexOf(line.level) < least) continue;
        if ((part !== undefined && line.part !== part) || !line.text.includes(wanted)) continue;
        const { text: _text, ...shown } = line;
        found.push(shown);
      }
      return { lines: found.toReversed(), parts: [...parts].toSorted() };
    },
  };
}

const PINO_STEP = 10;

function parse(line: string, now: number): Omit<LoggedLine, 'seq'> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = null;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { at: now, level: 'info', part: null, message: line.trimEnd(), details: null };
  }
  const { level, time, part, msg, ...details } = value as Record<string, unknown>;
  return {
    at: typeof time === 'number' ? time : now,
    level: LOG_LEVELS[Number(level) / PINO_STEP - 1] ?? 'info',
    part: typeof part === 'string' ? part : null,
    message: typeof msg === 'string' ? msg : '',
    details: Object.keys(details).length > 0 ? details : null,
  };
}
