// `kith discover`: which cameras there are in the local network, and what to write into "source".

import { discoverCameras, type DiscoveryOptions, type FoundCamera } from '../discover.ts';
import { EXIT, type Output } from './output.ts';

const COLUMNS = ['name', 'hardware', 'source'] as const;

/** `to` is for tests. */
export async function discover(
  { wait, to }: { readonly wait: number; readonly to?: NonNullable<DiscoveryOptions['to']> },
  output: Output,
): Promise<number> {
  output.say(`Looking for cameras for ${wait} s …`);
  const items = await discoverCameras(new AbortController().signal, { waitMs: wait * 1_000, ...(to ? { to } : {}) });
  output.answer({ items, next: null }, () => (items.length === 0 ? NOBODY : lines(items)));
  return items.length === 0 ? EXIT.no : EXIT.done;
}

const NOBODY = [
  'No camera answered. Is ONVIF switched on in its settings (often together with a user of its own), and is it in the same network?',
  'Cameras without ONVIF are used with the address of their stream, see docs/cameras.md.',
];

function lines(items: readonly FoundCamera[]): string[] {
  const rows = items.map(({ name, hardware, address }) => [name, hardware, address]);
  const widths = COLUMNS.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  const example = items[0]?.address.replace('://', '://USER:PASSWORD@') ?? '';
  return [
    line(COLUMNS),
    ...rows.map(line),
    '',
    `Try one with its user and password: npx kith doctor --camera "${example}"`,
    'What works is its "source" in camera.json or kith.json.',
  ];
}
