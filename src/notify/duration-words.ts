// Lengths of time as people type them.

const HOUR = 60;
const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^m(?:in(?:ute)?s?)?$/, 1],
  [/^h(?:(?:ou)?rs?)?$/, HOUR],
  [/^d(?:ays?)?$/, 24 * HOUR],
  [/^w(?:eeks?)?$/, 7 * 24 * HOUR],
];

/** "2h", "90 min", "1 day 2 hours" in minutes; null: it is no time. */
export function minutesIn(text: string): number | null {
  let minutes = 0;
  const rest = text
    .toLowerCase()
    .replaceAll(/(\d{1,5}) ?([a-z]+)/g, (_part, count: string, word: string) => {
      const unit = UNITS.find(([pattern]) => pattern.test(word))?.[1];
      minutes += unit === undefined ? Number.NaN : Number(count) * unit;
      return '';
    })
    .replaceAll(/\band\b|,/g, '')
    .trim();
  return rest === '' && minutes > 0 ? minutes : null;
}

/** "Ada for 2 h": what stands before the time, and the time; null where there is none at the end. */
export function timeAtTheEnd(text: string): { readonly rest: string; readonly minutes: number | null } {
  const words = text.trim().split(/\s+/);
  for (let i = 0; i < words.length; i++) {
    const minutes = minutesIn(words.slice(i).join(' '));
    if (minutes !== null)
      return {
        rest: words
          .slice(0, i)
          .join(' ')
          .replace(/(?:^|\s)for$/i, ''),
        minutes,
      };
  }
  return { rest: text.trim(), minutes: null };
}
