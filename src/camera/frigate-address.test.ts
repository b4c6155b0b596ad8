import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hideCredentials } from '../log.ts';
import { frigateAddress } from './frigate-address.ts';

test('broker, camera and API come out of one address', () => {
  assert.deepEqual(frigateAddress('frigate://mqtt.lan/front_door'), {
    broker: { host: 'mqtt.lan', port: 1883, tls: false, user: null, password: null },
    camera: 'front_door',
    topic: 'frigate',
    api: { url: 'http://mqtt.lan:5000/', user: null, password: null },
  });
  const full =
    'frigate://me:pass@10.0.0.2:1884/yard?api=https://you:word@nvr.lan:8971/frigate/api/&topic=nvr/one&tls=1';
  assert.deepEqual(frigateAddress(full), {
    broker: { host: '10.0.0.2', port: 1884, tls: true, user: 'me', password: 'pass' },
    camera: 'yard',
    topic: 'nvr/one',
    api: { url: 'https://nvr.lan:8971/frigate/', user: 'you', password: 'word' },
  });
  assert.equal(frigateAddress('frigate://mqtt.lan/front?tls=1').broker.port, 8883);
  assert.equal(frigateAddress('frigate://[::1]/front').broker.host, '::1');
});

test('a password with @ and % is what was typed, encoded or not', () => {
  for (const typed of ['p@ss%1', 'p%40ss%251']) {
    const { broker, api } = frigateAddress(
      `frigate://me:${typed}@mqtt.lan/door?api=${encodeURIComponent(`http://me:${typed}@nvr:5000`)}`,
    );
    assert.equal(broker.password, 'p@ss%1');
    assert.equal(api.password, 'p@ss%1');
  }
});

test('a wrong address says what is wrong and not what the password is', () => {
  const wrong: readonly [string, RegExp][] = [
    ['frigate:', /names no MQTT broker/],
    ['frigate://me:secret@mqtt.lan', /names no camera/],
    ['frigate://me:secret@mqtt.lan/', /names no camera/],
    ['frigate://me:secret@mqtt.lan/a/b', /names no camera/],
    ['frigate://me:secret@mqtt.lan/door?apy=http://x', /"\?apy="/],
    ['frigate://me:secret@mqtt.lan/door?api=ftp://x:secret@y', /"api" that is no http address/],
    ['frigate://me:secret@mqtt.lan/door?topic=%23', /"topic"/],
  ];
  for (const [address, expected] of wrong) {
    assert.throws(
      () => frigateAddress(address),
      (error: Error & { code: string }) => {
        assert.equal(error.code, 'invalid');
        assert.match(error.message, expected);
        assert.doesNotMatch(error.message, /secret/);
        return true;
      },
    );
  }
});

test('both passwords are hidden where an address is written down', () => {
  const shown = hideCredentials('frigate://me:one@mqtt.lan/door?api=http://you:two@nvr:5000');
  assert.doesNotMatch(shown, /one|two|me:|you:/);
});
