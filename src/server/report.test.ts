// The report over the API: who may see it, what the page may do, and what is said before it can be made.

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { furnish, openInject } from './house.test-suite.ts';
import type { ReportPort } from './ports.ts';

const policy = "default-src 'none'; style-src 'sha256-abc'";
const report: ReportPort = {
  report: async () => ({ verdict: { level: 'green' } }),
  page: async () => ({ html: '<!doctype html><p>Does it work?', policy }),
  progress: () => ({ done: 3, total: 9 }),
};

async function open(t: TestContext, port: ReportPort | null) {
  const house = await furnish({ report: port });
  const { inject, close } = await openInject(house);
  t.after(close);
  return { inject, keys: house.keys };
}

test('the report is for readers, as JSON and as a page with the policy that it needs', async (t) => {
  const { inject, keys } = await open(t, report);
  for (const url of ['/api/v1/report', '/api/v1/report.html', '/api/v1/report/progress']) {
    assert.equal((await inject({ url, key: null })).status, 401);
    assert.equal((await inject({ url, key: keys.camera })).status, 403);
    assert.equal((await inject({ url, key: keys.read })).status, 200);
  }
  const json = await inject({ url: '/api/v1/report', key: keys.read });
  assert.deepEqual(json.json, { verdict: { level: 'green' } });
  assert.equal(json.headers['cache-control'], 'no-store');
  const page = await inject({ url: '/api/v1/report.html', key: keys.read });
  assert.equal(page.text, '<!doctype html><p>Does it work?');
  assert.equal(page.headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(page.headers['content-security-policy'], policy);
  assert.equal(page.headers['x-content-type-options'], 'nosniff');
  const progress = await inject({ url: '/api/v1/report/progress', key: keys.read });
  assert.deepEqual(progress.json, { done: 3, total: 9 });
});

test('before the models are there it says so, and a failure is a problem and no page', async (t) => {
  const { inject } = await open(t, null);
  assert.equal((await inject({ url: '/api/v1/report' })).status, 503);
  const broken = await open(t, { ...report, page: () => Promise.reject(new Error('secret of the inside')) });
  const answer = await broken.inject({ url: '/api/v1/report.html' });
  assert.equal(answer.status, 500);
  assert.doesNotMatch(answer.text, /secret/);
});
