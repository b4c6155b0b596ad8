import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { AV_LOG_QUIET, type FFEncoderCodec } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { discoverCameras } from './onvif-discovery.ts';
import { probeMatches, startDiscoveryResponder, startOnvifServer, type FakeProfile } from './onvif.test-kit.ts';
import { startRtspServer } from './rtsp-server.test-kit.ts';
import { onvifSource, resolveOnvif } from './source-onvif.ts';
import { sharpCodec, sourceOptions, squaresRaster, temporaryFolder, writeVideo } from './test-kit.ts';

const PASSWORD = 'p@ss%wo:rd/#?&<';
const LOGIN = `admin:${encodeURIComponent(PASSWORD)}`;
const forever = (): AbortSignal => new AbortController().signal;

const folder = temporaryFolder({ after });
const clip = join(folder, 'clip.mp4');
before(async () => {
  Log.setLevel(AV_LOG_QUIET);
  const scene = { width: 320, height: 240, fps: 25, frames: 25, squares: () => [] };
  await writeVideo(clip, scene, 'libx264' as FFEncoderCodec);
});

const PROFILES: readonly FakeProfile[] = [
  { token: 'Profile_2', width: 640, height: 480, stream: 'rtsp://10.9.8.7:554/sub43?a=1&b=2' },
  { token: 'Profile_1', width: 2560, height: 1440, stream: 'rtsp://10.9.8.7:554/main', still: 'http://10.9.8.7/snap' },
  { token: 'Profile_3', width: 320, height: 180, stream: 'rtsp://10.9.8.7:554/tiny' },
  { token: 'Profile_4', width: 640, height: 360, stream: 'rtsp://10.9.8.7:554/sub169?a=1&b=2' },
  { token: 'Other_1', width: 3840, height: 2160, lens: 'VideoSource_2', stream: 'rtsp://10.9.8.7:554/other' },
];

for (const media2 of [false, true]) {
  test(`the largest profile is the source, a smaller one the sub-stream, both at the host that was asked for (${media2 ? 'Media2' : 'Media'})`, async (t) => {
    // A camera whose clock has never been set.
    const time = new Date('1970-01-02T03:04:05Z');
    const { port } = await startOnvifServer(t, { profiles: PROFILES, user: 'admin', password: PASSWORD, time, media2 });
    for (const login of [LOGIN, `admin:${PASSWORD.replace('/', '%2F')}`]) {
      assert.deepEqual(await resolveOnvif(`onvif://${login}@127.0.0.1:${port}`, forever()), {
        source: `rtsp://${LOGIN}@127.0.0.1:554/main`,
        substream: `rtsp://${LOGIN}@127.0.0.1:554/sub169?a=1&b=2`,
      });
    }
    const named = await resolveOnvif(`onvif://${LOGIN}@127.0.0.1:${port}/Profile_4`, forever());
    assert.deepEqual(named, { source: `rtsp://${LOGIN}@127.0.0.1:554/sub169?a=1&b=2` });
    const byName = await resolveOnvif(`onvif://${LOGIN}@127.0.0.1:${port}/Other_1%20name`, forever());
    assert.deepEqual(byName, { source: `rtsp://${LOGIN}@127.0.0.1:554/other` });
    const still = await resolveOnvif(`onvif://${LOGIN}@127.0.0.1:${port}/?still=1`, forever());
    assert.deepEqual(still, { source: `http://${LOGIN}@127.0.0.1/snap` });
  });
}

test('a camera that is named by ONVIF is watched over RTSP', async (t) => {
  const rtsp = await startRtspServer(t, { clip, loop: true, user: 'admin', password: PASSWORD });
  const profiles = [{ token: '1', width: 320, height: 240, stream: rtsp.url.replace('127.0.0.1', '10.9.8.7') }];
  const { port } = await startOnvifServer(t, { profiles, user: 'admin', password: PASSWORD });
  const stream = await onvifSource.open(`onvif://${LOGIN}@127.0.0.1:${port}`, sourceOptions());
  let frames = 0;
  for await (const frame of stream) {
    assert.equal(frame.width, 320);
    frame.release();
    if (++frames === 5) break;
  }
  await stream.close();
  assert.equal(frames, 5);
});

test('a camera that only has stills is polled', async (t) => {
  const jpeg = await sharpCodec.encodeJpeg(squaresRaster(160, 96, [[20, 20, 40, 40]]));
  const http = createServer((_, response) => response.end(jpeg)).listen(0, '127.0.0.1');
  await once(http, 'listening');
  t.after(() => {
    http.closeAllConnections();
    http.close();
  });
  const still = `http://127.0.0.1:${(http.address() as AddressInfo).port}/snap`;
  const { port } = await startOnvifServer(t, { profiles: [{ token: '1', width: 160, height: 96, still }] });
  const stream = await onvifSource.open(`onvif://127.0.0.1:${port}`, sourceOptions());
  for await (const frame of stream) {
    assert.equal(frame.width, 160);
    break;
  }
  await stream.close();
});

test('a wrong password, a wrong profile, no profiles, nonsense and silence are said in words', async (t) => {
  const locked = await startOnvifServer(t, { profiles: PROFILES, user: 'admin', password: PASSWORD });
  await assert.rejects(resolveOnvif(`onvif://admin:wr0ng@127.0.0.1:${locked.port}`, forever()), (error: Error) => {
    assert.match(error.message, /onvif:\/\/127\.0\.0\.1.*not authorized.*refuses them/);
    assert.doesNotMatch(`${error.message} ${error.stack} ${String(error.cause)}`, /wr0ng/);
    return true;
  });
  await assert.rejects(resolveOnvif(`onvif://${LOGIN}@127.0.0.1:${locked.port}/Nope`, forever()), {
    code: 'invalid',
    message: /no profile "Nope": use one of Profile_2 \(640×480\)/,
  });
  const empty = await startOnvifServer(t, { profiles: [] });
  await assert.rejects(resolveOnvif(`onvif://127.0.0.1:${empty.port}`, forever()), {
    code: 'unavailable',
    message: /makes no sense.*is ONVIF switched on/,
  });
  await assert.rejects(resolveOnvif('onvif://127.0.0.1:9', forever()), {
    code: 'unavailable',
    message: /nothing listens/,
  });
  await assert.rejects(resolveOnvif('onvif://', forever()), { code: 'invalid', message: /no address of a camera/ });
  const nonsense = ['<html>login</html>', '', 'x'.repeat(10_000), '<a><b></a>', ENVELOPE('<x/>'), ENVELOPE('')];
  for (const step of ['GetSystemDateAndTime', 'GetServices', 'GetProfiles', 'GetStreamUri']) {
    for (const answer of nonsense) {
      const broken = await startOnvifServer(t, {
        profiles: PROFILES,
        answers: (action) => (action === step ? answer : null),
      });
      const asking = resolveOnvif(`onvif://127.0.0.1:${broken.port}/Profile_4`, forever());
      await assert.rejects(
        asking,
        { code: 'unavailable', message: /does not say where/ },
        `${step}: ${answer.slice(0, 50)}`,
      );
    }
  }
});

const ENVELOPE = (body: string): string =>
  `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>${body}</s:Body></s:Envelope>`;

test('an address that is no stream is refused, and so is an answer without end', async (t) => {
  for (const stream of ['file:///etc/passwd', 'v4l2:/dev/video0', 'concat:rtsp://a|b']) {
    const { port } = await startOnvifServer(t, { profiles: [{ token: '1', width: 640, height: 480, stream }] });
    const asking = resolveOnvif(`onvif://127.0.0.1:${port}`, forever());
    await assert.rejects(
      asking,
      (error: Error & { code: string }) => ['unavailable', 'invalid'].includes(error.code),
      stream,
    );
  }
  const endless = createServer((request, response) => {
    const chunk = Buffer.alloc(1_000_000, 'x');
    const timer = setInterval(() => response.write(chunk), 1);
    request.on('close', () => clearInterval(timer));
  }).listen(0, '127.0.0.1');
  await once(endless, 'listening');
  t.after(() => {
    endless.closeAllConnections();
    endless.close();
  });
  const asking = resolveOnvif(`onvif://127.0.0.1:${(endless.address() as AddressInfo).port}`, forever());
  await assert.rejects(asking, { code: 'unavailable', message: /no end/ });
});

test('stopping does not wait for a device that says nothing', async (t) => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  t.after(() => {
    silent.closeAllConnections();
    silent.close();
  });
  const stop = new AbortController();
  const asking = resolveOnvif(`onvif://127.0.0.1:${(silent.address() as AddressInfo).port}`, stop.signal);
  setTimeout(() => stop.abort(), 50);
  await assert.rejects(asking, { name: 'AbortError' });
});

test('cameras in the network are found once each, whatever else answers', async (t) => {
  const to = await startDiscoveryResponder(t, (id) => [
    'nonsense',
    '<a>',
    probeMatches('urn:uuid:of-somebody-else', 'http://10.0.0.9/onvif/device_service', ''),
    probeMatches(id, 'nothing here', ''),
    probeMatches(
      id,
      'http://169.254.3.4/onvif/device_service http://127.0.0.1:8000/onvif/device_service http://[fe80::1]/onvif/device_service',
      'onvif://www.onvif.org/Profile/Streaming onvif://www.onvif.org/name/Front%20Door onvif://www.onvif.org/hardware/DS-2CD2143',
    ),
    probeMatches(id, 'http://10.0.0.5/onvif/other', 'onvif://www.onvif.org/hardware/IPC-%E0%A4%A'),
    probeMatches(id, 'https://10.0.0.20/onvif/device_service', 'onvif://www.onvif.org/name/%1B%5B31mred'),
  ]);
  assert.deepEqual(await discoverCameras(forever(), { to, waitMs: 400 }), [
    { name: 'IPC-%E0%A4%A', address: 'onvif://10.0.0.5/?service=%2Fonvif%2Fother', hardware: 'IPC-%E0%A4%A' },
    { name: '[31mred', address: 'onvif://10.0.0.20:443', hardware: '' },
    { name: 'Front Door', address: 'onvif://127.0.0.1:8000', hardware: 'DS-2CD2143' },
  ]);
});

test('looking for cameras can be stopped', async (t) => {
  const to = await startDiscoveryResponder(t, () => []);
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 50);
  await assert.rejects(discoverCameras(stop.signal, { to, waitMs: 60_000 }), { name: 'AbortError' });
});
