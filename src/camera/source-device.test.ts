import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createDeviceSource, deviceSource, type Machine } from './source-device.ts';
import { sourceOptions, temporaryFolder } from './test-kit.ts';

interface Node {
  readonly number: number;
  readonly name: string;
  readonly index?: number;
  readonly usb?: boolean;
}

/** What Linux tells of video devices, in a folder; `plugged` have a node in /dev (a plain file). */
async function machine(
  t: TestContext,
  nodes: readonly Node[],
  more: Partial<Machine> = {},
): Promise<Machine & { folder: string }> {
  const folder = temporaryFolder(t);
  const list = join(folder, 'sys');
  const devices = join(folder, 'dev');
  await mkdir(list);
  await mkdir(devices);
  for (const { number, name, index = 0, usb = true } of nodes) {
    const place = join(folder, usb ? 'pci0000:00/usb1/1-2' : 'platform/soc', `video${number}`);
    await mkdir(place, { recursive: true });
    await writeFile(join(place, 'name'), `${name}\n`);
    await writeFile(join(place, 'index'), `${index}\n`);
    await symlink(place, join(list, `video${number}`));
    await writeFile(join(devices, `video${number}`), '');
  }
  return { list, devices, mayUse: async () => undefined, folder, ...more };
}

const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));

const LAPTOP: readonly Node[] = [
  { number: 0, name: 'Integrated Camera' },
  { number: 1, name: 'Integrated Camera', index: 1 },
  { number: 10, name: 'HD Pro Webcam C920' },
];
const RASPBERRY: readonly Node[] = [
  { number: 0, name: 'unicam', usb: false },
  { number: 2, name: 'mem2mem of somebody', usb: false },
  { number: 10, name: 'bcm2835-codec-decode', usb: false },
  { number: 13, name: 'bcm2835-isp', usb: false },
  { number: 20, name: 'USB Camera' },
];

test('a device that is absent is answered with those that are there', async (t) => {
  const found = await machine(t, LAPTOP, { mayUse: failing('ENOENT') });
  await assert.rejects(createDeviceSource(found).open('v4l2:/dev/video7', sourceOptions()), {
    code: 'unavailable',
    message: `There is no camera /dev/video7 on this machine: there are v4l2:${found.devices}/video0 (Integrated Camera), v4l2:${found.devices}/video10 (HD Pro Webcam C920).`,
  });
});

test('on a machine without any it says where to look', async (t) => {
  const none = createDeviceSource(await machine(t, []));
  await assert.rejects(none.open('v4l2:', sourceOptions()), {
    code: 'unavailable',
    message: /plug one in.*libcamera:/,
  });
  const absent = createDeviceSource({ ...(await machine(t, [])), list: '/no/such/folder' });
  await assert.rejects(absent.open('v4l2:', sourceOptions()), { code: 'unavailable', message: /no USB camera/ });
});

test('without a number the first USB camera is meant, with a number that one', async (t) => {
  for (const [nodes, url, device] of [
    [LAPTOP, 'v4l2:', 'video0'],
    [RASPBERRY, 'v4l2:?size=640x480', 'video20'],
    [RASPBERRY, 'v4l2:2', 'video2'],
  ] as const) {
    const found = await machine(t, nodes);
    // A plain file is no camera: FFmpeg says so of the device that was chosen.
    await assert.rejects(createDeviceSource(found).open(url, sourceOptions()), (error: Error & { code: string }) => {
      assert.equal(error.code, 'unavailable');
      assert.match(error.message, new RegExp(`/dev/${device} does not deliver pictures \\(.*\\): it is no camera`));
      return true;
    });
  }
});

test('who may not use it reads how to be allowed to', async (t) => {
  const locked = createDeviceSource(await machine(t, LAPTOP, { mayUse: failing('EACCES') }));
  await assert.rejects(locked.open('v4l2:/dev/video0', sourceOptions()), {
    code: 'unavailable',
    message:
      /may not be used by \S+: add the user to the group video \("sudo usermod -aG video \S+"\) and log in again/,
  });
});

test('wrong words in the address are named', async () => {
  for (const [url, words] of [
    ['v4l2:?width=640', /does not know "width": there are size, rate, format/],
    ['v4l2:/dev/video0?size=640', /"size".*like 1280x720/],
    ['v4l2:/dev/video0?rate=fast', /"rate".*frames a second/],
    ['v4l2:/dev/video0?format=mjpeg;rm', /"format"/],
  ] as const) {
    await assert.rejects(deviceSource.open(url, sourceOptions()), { code: 'invalid', message: words }, url);
  }
});
