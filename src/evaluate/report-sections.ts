// The parts of the report page about people: traffic, confusable pairs, weak references, groups.

import { escape, figure, row, shareCell, table } from './markup.ts';
import type { Report } from './report-types.ts';

const MOST_ROWS = 50;

export function trafficSection({ traffic }: Report): string {
  const rows = traffic.windows.map((window) => {
    const { days, covered, visits, unidentified, atLeast, perWeek, falseNamesPerWeek: names } = window;
    const more = atLeast ? 'at least ' : '';
    return row(
      `last ${days} days${covered > 0 && covered < days * 0.95 ? ` (log covers ${covered.toFixed(1)})` : ''}`,
      `${more}${visits}`,
      `${more}${unidentified}`,
      perWeek === null ? 'too few' : figure(perWeek),
      names === null
        ? 'too few'
        : `${figure(names.value)} <span class="range">${figure(names.low)} – ${figure(names.high)}</span>`,
    );
  });
  return `<section>
<h2>False names to expect</h2>
<p>${escape(traffic.summary)}</p>
${table('Strangers in the log', ['', '#visits of unknown people', '#seen, not identified', '#strangers a week', '#false names a week (95 %)'], rows)}
</section>`;
}

export function confusableSection({ confusable, threshold }: Report): string {
  if (confusable.length === 0) return '';
  const rows = confusable.map(({ a, b, distance, underThreshold, possiblySame }) => {
    const isUnknown = a.kind === 'unknown' || b.kind === 'unknown';
    const note = !underThreshold
      ? ''
      : !possiblySame
        ? 'one can get the other’s name'
        : isUnknown
          ? 'possibly the same person, not recognised'
          : 'possibly the same person enrolled twice, or close relatives';
    const said = note === '' ? '' : `<span class="range${possiblySame ? ' flag' : ''}">${escape(note)}</span>`;
    return `<tr><td>${escape(a.name)}</td><td>${escape(b.name)}${said}</td><td class="n">${distance.toFixed(3)}</td></tr>`;
  });
  return `<section>
<h2>Who is hardest to tell apart</h2>
<p>The nearest pairs of two people; the threshold is ${threshold.value.toFixed(3)}.</p>
${table('', ['person', 'person', '#smallest distance'], rows)}
</section>`;
}

export function weakSection({ weak, counts, sample }: Report): string {
  if (counts.known === 0) return '';
  if (weak.total === 0) {
    return `<section><h2>Photos that need attention</h2><p>None${sample.checked < sample.of ? ' among those that were tried' : ''}.</p></section>`;
  }
  const rows = weak.persons
    .slice(0, MOST_ROWS)
    .map(
      ({ person, reasons }) =>
        `<tr><td>${escape(person.name)}</td><td><ul>${reasons.map(({ message }) => `<li>${escape(message)}</li>`).join('')}</ul></td></tr>`,
    );
  const more =
    weak.total > rows.length
      ? `<p class="note">And ${weak.total - rows.length} more people, who are in the JSON form or left out.</p>`
      : '';
  return `<section>
<h2>Photos that need attention</h2>
<p>${weak.total === 1 ? 'One person is' : `${weak.total} people are`} recognised less well than possible, the worst first.</p>
${table('', ['person', 'why'], rows)}${more}
</section>`;
}

export function groupSections({ groups }: Report): string {
  return groups
    .map(({ attribute, values, moreValues, withoutValue, differences }) => {
      if (values.every(({ fmr, fnmr }) => fmr === null && fnmr === null)) {
        const largest = values[0]?.tooFew?.replace('too few: ', '') ?? 'nobody';
        const why = `Too few people in each of the ${values.length + moreValues} groups to say anything (the largest: ${largest}).`;
        return `<section>\n<h2>By ${escape(attribute)}</h2>\n<p>${escape(why)}</p>\n</section>`;
      }
      const rows = values.map(({ value, persons, fmr, fnmr, tooFew }) =>
        fmr === null && fnmr === null
          ? `<tr><td>${escape(value)}</td><td class="n">${persons}</td><td class="n dim" colspan="2">${escape(tooFew ?? 'too few')}</td></tr>`
          : row(value, String(persons), shareCell(fmr, tooFew), shareCell(fnmr, tooFew)),
      );
      const rest = [
        ...(moreValues > 0 ? [`${moreValues} more values with fewer people are not shown`] : []),
        ...(withoutValue > 0 ? [`${withoutValue} people have no "${attribute}"`] : []),
      ];
      const said =
        differences.length > 0
          ? differences.join(' ')
          : values.filter(({ fnmr }) => fnmr !== null).length < 2
            ? 'Too few people in all groups but one to compare them.'
            : 'No difference between the groups that could not be chance.';
      return `<section>
<h2>By ${escape(attribute)}</h2>
<p>${escape(said)}</p>
${table('At the threshold in force; false match: two people of the same group', ['group', '#people', '#false match (95 %)', '#false non-match (95 %)'], rows)}
${rest.length === 0 ? '' : `<p class="note">${escape(rest.join('; '))}.</p>`}
</section>`;
    })
    .join('\n');
}
