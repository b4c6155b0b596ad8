// USB cameras on Linux: v4l2:/dev/video0, or v4l2: for the first one; ?size=1280x720&rate=25&format=mjpeg for a mode of its own list.

import { constants } from 'node:fs';
import { access, readdir, readFile, realpath } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { isKithError, KithError, messageOf } from '../errors.ts';
import { pathOf } from './address.ts';
import { RATE, readQuery, SIZE } from './camera-query.ts';
import type { FrameStream, Source, SourceOptions } from './frame.ts';
import { openVideo } from './video.ts';

const WORDS = { size: SIZE, rate: RATE, format: /^[a-z0-9_]{2,20}$/ } as const;
// Nodes that are no cameras: parts of a Raspberry Pi's chip, and its camera connector, which libcamera reads.
const NO_CAMERA = /^(?:bcm2835-(?:codec|isp)|pispbe|rp1-cfe|unicam|rpi-?vid|rpi-hevc|rpivid)/i;

export interface Machine {
  /** Where Linux tells of them: /sys/class/video4linux. */
  readonly list: string;
  readonly devices: string;
  readonly mayUse: (device: string) => Promise<void>;
}

const THIS: Machine = {
  list: '/sys/class/video4linux',
  devices: '/dev',
  mayUse: (device) => access(device, constants.R_OK | constants.W_OK),
};

export const deviceSource = createDeviceSource(THIS);

export function createDeviceSource(machine: Machine): Source {
  return {
    schemes: ['v4l2'],
    finite: false,
    newestWins: true,
    async open(url, options) {
      const [path = '', query = ''] = pathOf(url).split('?', 2);
      const { size = '1280x720', rate, format } = readQuery('v4l2', query, WORDS);
      const device =
        path === '' ? await firstOf(machine) : /^\d+$/.test(path) ? `${machine.devices}/video${path}` : path;
      await mustBeUsable(device, machine);
      const settings = { video_size: size, ...(rate === undefined ? {} : { framerate: rate }) };
      if (format !== undefined) return openMode(device, { ...settings, input_format: format }, options);
      try {
        // Raw pictures of this size pass through USB a few times a second only.
        return await openMode(device, { ...settings, input_format: 'mjpeg' }, options);
      } catch (error) {
        if (options.signal.aborted || /busy/i.test(messageOf(error))) throw error;
        return openMode(device, settings, options);
      }
    },
  };
}

async function openMode(
  device: string,
  settings: Readonly<Record<string, string>>,
  options: SourceOptions,
): Promise<FrameStream> {
  try {
    return await openVideo({ address: device, name: device, live: true, format: 'v4l2', options: settings }, options);
  } catch (error) {
    if (!isKithError(error)) throw error;
    const why = messageOf(error.cause ?? error);
    const hint = /busy/i.test(why)
      ? 'another program uses it (a browser, a video call?), end that one'
      : /inappropriate ioctl|no such device/i.test(why)
        ? 'it is no camera, or has been pulled out'
        : `it may not know this mode: "v4l2-ctl -d ${device} --list-formats-ext" lists what it knows`;
    throw new KithError('unavailable', `${error.message.replace(/\.$/, '')}: ${hint}.`, { cause: error.cause });
  }
}

async function mustBeUsable(device: string, machine: Machine): Promise<void> {
  try {
    await machine.mayUse(device);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM') {
      throw new KithError(
        'unavailable',
        `${device} may not be used by ${nameOfUser()}: add the user to the group video ("sudo usermod -aG video ${nameOfUser()}") and log in again.`,
        { cause: error },
      );
    }
    throw new KithError('unavailable', `There is no camera ${device} on this machine: ${await whatThereIs(machine)}.`);
  }
}

async function firstOf(machine: Machine): Promise<string> {
  const first = (await camerasOf(machine))[0];
  if (!first)
    throw new KithError('unavailable', `There is no USB camera on this machine: ${await whatThereIs(machine)}.`);
  return first.device;
}

async function whatThereIs(machine: Machine): Promise<string> {
  const found = await camerasOf(machine);
  if (found.length > 0) return `there are ${found.map(({ device, name }) => `v4l2:${device} (${name})`).join(', ')}`;
  return 'plug one in ("ls /dev/video*" lists them); one at the connector of a Raspberry Pi is libcamera:, and a container has to be given the device';
}

/** By number, those at USB first. */
export async function camerasOf({ list, devices }: Machine = THIS): Promise<{ device: string; name: string }[]> {
  const nodes = (await readdir(list).catch(() => [])).filter((node) => /^video\d+$/.test(node));
  const all = await Promise.all(
    nodes.map(async (node) => {
      const read = async (file: string): Promise<string> =>
        (await readFile(join(list, node, file), 'utf8').catch(() => '')).trim();
      const bus = await realpath(join(list, node)).catch(() => '');
      const [name, index] = [await read('name'), await read('index')];
      return { device: `${devices}/${node}`, name, index, number: Number(node.slice(5)), usb: bus.includes('/usb') };
    }),
  );
  return (
    all
      // The further nodes of a camera carry no pictures.
      .filter(({ name, index }) => (index === '' || index === '0') && !NO_CAMERA.test(name))
      .toSorted((a, b) => Number(b.usb) - Number(a.usb) || a.number - b.number)
      .map(({ device, name }) => ({ device, name: name.replaceAll(/\p{C}/gu, '') || 'without a name' }))
  );
}

function nameOfUser(): string {
  try {
    return userInfo().username;
  } catch {
    return '$USER';
  }
}
