import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkNetworkSource, maskCredentials, restoreCredentials } from './camera-address.ts';

test('addresses that come through the API may only lead into the network', () => {
  for (const fine of [
    'rtsp://admin:p@ss%word@192.168.1.20:554/h264?channel=1',
    'RTSPS://camera.lan/stream',
    'http://[fe80::1]:8080/snap.jpg',
    'https://host/live.m3u8',
    'onvif://admin:x@10.0.0.4/profile_1',
    'frigate://broker:1883/door',
    'browser:',
    'browser:kiosk',
  ]) {
    assert.doesNotThrow(() => checkNetworkSource(fine), fine);
  }
  for (const wrong of [
    '/etc/passwd',
    'video.mp4',
    'file:///etc/passwd',
    'folder:/home',
    'v4l2:/dev/video0',
    'libcamera:',
    'demo:',
    'concat:http://a|file:/etc/passwd',
    'rtsp:',
    'rtsp:///stream',
    'rtsp:host/stream',
    'http://user:secret@/x',
    'http://a b/x',
    'http://host/x\nfile:',
    'http://host|file:/x',
    `http://host/${'x'.repeat(3_000)}`,
    '',
  ]) {
    assert.throws(
      () => checkNetworkSource(wrong, 'substream'),
      (error: Error & { code: string }) => {
        assert.equal(error.code, 'invalid', wrong);
        assert.match(error.message, /"substream"/);
        assert.doesNotMatch(error.message, /secret/);
        return true;
      },
      wrong,
    );
  }
});

const PAIRS: readonly (readonly [whole: string, masked: string])[] = [
  ['rtsp://admin:p@ss%word@host:554/a', 'rtsp://***:***@host:554/a'],
  ['rtsp://admin:p%40ss@host/a?channel=1', 'rtsp://***:***@host/a?channel=1'],
  ['rtsp://admin:a:b#c?d@host/a', 'rtsp://***:***@host/a'],
  ['rtsp://admin:a/b@host/a', 'rtsp://***:***@host/a'],
  ['rtsp://admin@host/a', 'rtsp://***@host/a'],
  ['rtsp://:pw@[fe80::1]:554/a', 'rtsp://:***@[fe80::1]:554/a'],
  ['http://host/snap?user=me&pwd=x/y?z&channel=2', 'http://host/snap?user=***&pwd=***&channel=2'],
  ['http://host/s?access_token=ab_c=&a=1#token=q', 'http://host/s?access_token=***&a=1#token=***'],
  ['http://host/s?LoginPas=1&rnd=5', 'http://host/s?LoginPas=***&rnd=5'],
  [
    'rtsp://host/user=admin_password=tl_J_channel=1_stream=0.sdp',
    'rtsp://host/user=***_password=***_channel=1_stream=0.sdp',
  ],
  ['rtsp://host:554/user=a&password=b&channel=1.sdp?real', 'rtsp://host:554/user=***&password=***&channel=1.sdp?real'],
  ['frigate://u:p@broker/door?api=http://x:y@nvr:5000', 'frigate://***:***@broker/door?api=***'],
  ['frigate://broker/door?api=http%3A%2F%2Fx%3Ay%40nvr', 'frigate://broker/door?api=***'],
  ['http://host/a@b.jpg?mail=a@b', 'http://host/a@b.jpg?mail=a@b'],
  ['http://host?mail=a@b', 'http://host?mail=a@b'],
  ['browser:', 'browser:'],
];

test('what is shown of an address has no user, password or token, and becomes whole again when it comes back', () => {
  for (const [whole, masked] of PAIRS) {
    assert.equal(maskCredentials(whole), masked);
    assert.equal(restoreCredentials(masked, whole), whole);
    assert.equal(maskCredentials(masked), masked);
  }
});

test('one part may be changed while the others stay hidden', () => {
  const stored = 'rtsp://admin:old@host/a?token=t';
  assert.equal(
    restoreCredentials('rtsp://***:new@host/b?token=***&x=1', stored),
    'rtsp://admin:new@host/b?token=t&x=1',
  );
  assert.equal(restoreCredentials('rtsp://host/b', stored), 'rtsp://host/b');
  assert.equal(restoreCredentials('http://me:you@other/', null), 'http://me:you@other/');
  const sub = restoreCredentials('rtsp://***:***@host/sub', null, 'rtsp://else:x@other/a', stored);
  assert.equal(sub, 'rtsp://admin:old@host/sub');
});

test('a hidden password goes to no other scheme, host, port or nested address', () => {
  const stored = 'frigate://admin:old@host:1883/a?api=http://nvr:5000';
  for (const elsewhere of [
    'frigate://***:***@evil:1883/a?api=http://nvr:5000',
    'frigate://***:***@host:1884/a?api=http://nvr:5000',
    'http://***:***@host:1883/a?api=http://nvr:5000',
    'frigate://***:***@host:1883/a?api=http://evil',
    'frigate://***:***@host:1883/a?api=http%3A%2F%2Fevil',
    'frigate://x:y@evil:1883/a?api=http://nvr:5000&token=***',
  ]) {
    assert.throws(() => restoreCredentials(elsewhere, stored, null), { code: 'invalid', message: /\*\*\*/ }, elsewhere);
  }
});
