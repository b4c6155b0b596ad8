// The page: nothing in it that runs or is fetched, nobody's name that becomes markup, and sound HTML in every case.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { crowd, DAY, house, NOW } from './report-kit.test-suite.ts';
import { REPORT_POLICY, reportPage } from './report-page.ts';
import { makeReport, type ReportParts } from './report.ts';

const pageOf = async (parts: ReportParts): Promise<string> => reportPage(await makeReport(parts));

const VOID = new Set(['meta', 'br', 'hr', 'img', 'link', 'input']);

/** Every tag is closed in order, attributes are quoted, and no bare < or & stands in the text. */
function assertWellFormed(html: string): void {
  const open: string[] = [];
  const body = html.replace(/<style>[\s\S]*?<\/style>/, '').replace('<!doctype html>', '');
  const rest = body.replaceAll(
    /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+(?:="[^"<]*")?)*)\s*(\/?)>/g,
    (_tag, end: string, name: string, _attributes, alone: string) => {
      if (end) assert.equal(open.pop(), name, `</${name}> closes something else`);
      else if (!VOID.has(name) && !alone) open.push(name);
      return '';
    },
  );
  assert.deepEqual(open, []);
  assert.doesNotMatch(rest, /[<>]|&(?!(?:amp|lt|gt|quot|#39);)/);
  assert.doesNotMatch(rest, /NaN|Infinity|undefined|null|\[object/);
}

function assertAlone(html: string): void {
  assert.doesNotMatch(html, /<(?:script|img|link|iframe|object|embed|form|base|a)[\s>]/i);
  assert.doesNotMatch(html, /\son\w+=|\sstyle=|javascript:|@import|url\((?!#)/i);
  // Namespaces are names; nothing else points elsewhere.
  assert.doesNotMatch(html.replaceAll(/xmlns(?::\w+)?="[^"]*"/g, ''), /https?:|\/\/\w|data:/i);
}

test('the page stands alone: no script, nothing from elsewhere, and a policy that allows only its own style sheet', async () => {
  const html = await pageOf(house(crowd(40, 3)));
  assertWellFormed(html);
  assertAlone(html);
  assert.equal(html.match(/<svg /g)?.length, 3);
  const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  assert.equal(
    REPORT_POLICY,
    `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
  assert.equal(html.match(/<style/g)?.length, 1);
});

test('names, attributes and values are text, whatever they look like', async () => {
  const evil = '<script>alert("1")</script>\'&\u202E\u0007';
  const people = crowd(40, 3).map((person, i) => ({
    ...person,
    name: `${evil}${i}`,
    attributes: { [`<b>${evil}`]: i % 2 === 0 ? evil : '</td></table>' },
  }));
  const html = await pageOf(house(people, { threshold: 1.3 }));
  assertWellFormed(html);
  assertAlone(html);
  assert.match(html, /&lt;script&gt;alert\(&quot;1&quot;\)&lt;\/script&gt;&#39;&amp;/);
  assert.ok(!html.includes('\u202E') && !html.includes('\u0007'));
});

test('a page for every case: nobody, one person, one photo each, no traffic, much traffic, an attribute with 200 values', async () => {
  const visits = Array.from({ length: 500 }, (_, i) => ({
    personKind: 'unknown' as const,
    lastAt: NOW - i * 0.05 * DAY,
  }));
  const many = crowd(200, 2).map((person, i) => ({ ...person, attributes: { badge: `number ${i}` } }));
  for (const [parts, pattern] of [
    [house([]), /Nobody is enrolled yet/],
    [house(crowd(1, 3)), /One person is enrolled/],
    [house(crowd(12, 1)), /Everybody has only one photo/],
    [house(crowd(2, 0)), /Nobody can be recognised/],
    [house(crowd(30, 3), { visits, target: 1000 }), /false name.* at the traffic of the last week/],
    [house(many), /Too few people in each of the 200 groups to say anything \(the largest: 1 person, 10 are needed\)/],
  ] as const) {
    const html = await pageOf(parts);
    assertWellFormed(html);
    assertAlone(html);
    assert.match(html, pattern);
  }
});
