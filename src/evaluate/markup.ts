// Bits of HTML, everything escaped.

import type { Proportion } from './intervals.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escape(text: string): string {
  // Control characters are no text; U+202A to U+202E and U+2066 to U+2069 would turn the rest of the line around.
  return text
    .replaceAll(/[\p{Cc}\u{202A}-\u{202E}\u{2066}-\u{2069}]/gu, ' ')
    .replaceAll(/[&<>"']/g, (found) => ENTITIES[found] ?? '');
}

export function percent(share: number): string {
  const value = share * 100;
  if (value === 0 || value === 100) return `${value} %`;
  if (value > 99.99 && value < 100) return '> 99.99 %';
  if (value < 0.01) return `${Number(value.toPrecision(1))} %`;
  return `${value.toFixed(value < 1 || value > 99 ? 2 : 1)} %`;
}

/** Three significant digits, at most three after the point. */
export function figure(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(Number(value.toPrecision(3)).toFixed(3)));
}

/** HTML: the share and its interval; what to say where there is none. */
export function shareCell(share: Proportion | null, otherwise: string | null = null): string {
  if (share === null) return otherwise === null ? '–' : `<span class="range">${escape(otherwise)}</span>`;
  return `${percent(share.value)} <span class="range">${percent(share.low)} – ${percent(share.high)}</span>`;
}

/** `cells`: the first is text, the others are HTML. */
export function row(first: string, ...cells: readonly string[]): string {
  return `<tr><td>${escape(first)}</td>${cells.map((cell) => `<td class="n">${cell}</td>`).join('')}</tr>`;
}

/** A heading that begins with # is above numbers. `rows` are HTML. */
export function table(caption: string, headings: readonly string[], rows: readonly string[]): string {
  const head = headings.map((heading) =>
    heading.startsWith('#')
      ? `<th class="n" scope="col">${escape(heading.slice(1))}</th>`
      : `<th scope="col">${escape(heading)}</th>`,
  );
  return `<div class="scroll"><table><caption>${escape(caption)}</caption><thead><tr>${head.join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;
}

export function legend(entries: readonly (readonly [style: string, text: string])[]): string {
  return `<ul class="legend">${entries.map(([style, text]) => `<li class="${style}">${escape(text)}</li>`).join('')}</ul>`;
}
