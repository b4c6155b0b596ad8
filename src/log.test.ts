import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hideCredentials } from './log.ts';

test('users, passwords and tokens of addresses are in no text that is logged or answered', () => {
  for (const [text, hidden] of [
    ['rtsp://admin:pw@host/a', 'rtsp://host/a'],
    ['rtsp://admin:p@s%s:w#o?rd@host:554/a gone', 'rtsp://host:554/a gone'],
    ["it's 'rtsp://admin:it's@host/a', again", "it's 'rtsp://host/a', again"],
    ['rtsp://admin:a/b@host/c', 'rtsp://host/c'],
    ['rtsp://admin@host', 'rtsp://host'],
    ['http://host/s?user=me&pwd=se/cret&channel=1: 404', 'http://host/s?user=***&pwd=***&channel=1: 404'],
    ['rtsp://a:b@one,rtsp://c:d@two', 'rtsp://one,rtsp://two'],
    ['frigate://a:b@broker/door?api=http://c:d@nvr', 'frigate://broker/door?api=http://nvr'],
    ['rtsp://h/user=admin_password=tl_J_channel=1.sdp', 'rtsp://h/user=***_password=***_channel=1.sdp'],
    ['nothing to hide: a@b.c, x=1', 'nothing to hide: a@b.c, x=1'],
    ['http://host:8080/a/b.jpg?channel=1', 'http://host:8080/a/b.jpg?channel=1'],
  ] as const) {
    assert.equal(hideCredentials(text), hidden);
  }
});

test('a line of JSON stays one', () => {
  const lines = [
    { msg: 'said "rtsp://u:p@host/a?token=abc" twice', mail: 'me@example.com' },
    { msg: String.raw`http://host/?pwd=a\"b "x" http://u:a"b@host` },
  ];
  for (const line of lines) {
    const hidden = hideCredentials(JSON.stringify(line));
    assert.doesNotThrow(() => JSON.parse(hidden) as unknown, hidden);
    assert.doesNotMatch(hidden, /abc|u:/);
  }
});
