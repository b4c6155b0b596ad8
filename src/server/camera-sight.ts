// What the back end needs to look for cameras and through them: made in main.ts.

import type { CameraSettings } from '../camera-settings.ts';
import type { Diagnosis, Probed, UsbCamera } from '../camera-trial.ts';

export interface CameraSight {
  /** Those of the local network that say they are there. KithError `unavailable`. */
  discover(signal: AbortSignal): Promise<readonly FoundInNetwork[]>;
  /** Those of this machine; empty where no camera runs on it. */
  usb(): Promise<readonly UsbCamera[]>;
  /** Cameras run on this machine, so their sources may be its USB cameras. */
  readonly devices: boolean;
  /** Settings of a camera of this machine's kith.json, with credentials, which the store does not keep. */
  own(id: string): CameraSettings | null;
  /** Opens it at once, in another process. KithError in the words of the camera program. */
  probe(camera: CameraSettings, signal: AbortSignal): Promise<Probed>;
  /** Watches it for some seconds, in another process; `signal` ends that early, and what was seen until then is told. */
  examine(
    camera: CameraSettings,
    wish: {
      readonly seconds: number;
      readonly showFaces: boolean;
      readonly signal: AbortSignal;
      readonly onProgress: (watched: number, faces: number) => void;
    },
  ): Promise<Diagnosis>;
}

export interface FoundInNetwork {
  readonly name: string;
  /** For "source", without user and password. */
  readonly address: string;
  readonly hardware: string;
}
