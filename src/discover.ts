// Cameras of the local network and of this machine, for the command and whoever else wants to offer them.

export { discoverCameras, type DiscoveryOptions, type FoundCamera } from './camera/onvif-discovery.ts';

import { camerasOf } from './camera/source-device.ts';
import type { UsbCamera } from './camera-trial.ts';

/** Those that this machine has, at USB first. */
export async function usbCameras(): Promise<readonly UsbCamera[]> {
  return (await camerasOf()).map(({ device, name }) => ({ address: `v4l2:${device}`, name }));
}
