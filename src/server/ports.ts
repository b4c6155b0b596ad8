// What the back end needs from the rest of the house: made in main.ts, handed over as one object.

import type { AccessTrial } from '../action-port.ts';
import type { RuleDefinition, TriedOut, TryOutOptions } from '../alert-port.ts';
import type { ChannelRow } from '../delivery-port.ts';
import type { EnrolmentGate, Gallery } from '../gallery-port.ts';
import type { RunCommand } from '../chat-port.ts';
import type { Match, PictureCodec, PictureStore } from '../domain.ts';
import type { FaceEngine } from '../face-port.ts';
import type { PictureLinks } from '../picture-links.ts';
import type { Reconsider } from '../identity-port.ts';
import type { Store } from '../store-port.ts';
import type { Log } from '../log.ts';
import type { Acting } from '../acting.ts';
import type { CameraSight } from './camera-sight.ts';
import type { BackupsPort } from '../upkeep-port.ts';
import type { LocalKeys } from './keys.ts';
import type { LogPort, SettingsPort, SystemPort } from './system-ports.ts';

export interface ServerPorts {
  readonly store: Store;
  readonly pictures: PictureStore;
  readonly codec: PictureCodec;
  /** Read at each use, so the server can answer /health while the models still load: null until they are there. */
  readonly engine: FaceEngine | null;
  readonly gallery: Gallery | null;
  /** Brings the gallery up to date, searches it and decides. */
  readonly match: ((template: Float32Array) => Promise<Match>) | null;
  /** Judges photos that are to become references. */
  readonly gate: EnrolmentGate;
  /** Makes the report "does it work?"; null until the models are there. */
  readonly report?: ReportPort | null;
  /** Decides logged detections anew. */
  readonly reconsider: Reconsider | null;
  /** The embedding models and the change from one to another. */
  readonly models?: ModelControl | null;
  /** Finds cameras, tries and examines them; null where this process cannot. */
  readonly sight?: CameraSight | null;
  readonly settings?: SettingsPort | null;
  readonly system?: SystemPort | null;
  readonly backups?: BackupsPort | null;
  /** Sends a test over a channel; answers what went wrong, in words, or null. */
  readonly sendTest?: (channel: ChannelRow, signal: AbortSignal) => Promise<string | null>;
  /** Addresses of single pictures for messengers. */
  readonly pictureLinks?: PictureLinks | null;
  /** The public key that browsers are asked to take messages of; made once. */
  readonly pushKey?: (() => Promise<string>) | null;
  /** Tries an access policy on the log; null until the models are there. */
  readonly tryAccess?: AccessTrial | null;
  /** Plays the log through a rule. */
  readonly tryRule?: (rule: RuleDefinition, options: TryOutOptions) => Promise<TriedOut>;
  /** Runs what is said to Kith in a chat. */
  readonly runCommand?: RunCommand;
  /** Takes what a messenger has sent to a channel; null: there is no such channel, or it takes nothing. */
  readonly hooks?: (channelId: string, request: Request) => Promise<Response | null>;
  /** Keys with which parts of this process do something as a user. */
  readonly acting?: Acting;
  /** The last hour of the log. */
  readonly logged?: LogPort | null;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Detections of one person at one camera that lie no further apart are one visit. */
  readonly visitGapMs: number;
  /** Tells the worker that a detection has arrived. */
  readonly wake: () => void;
  /** What keeps this process from classifying, in words; empty when it can. */
  readonly notReady?: () => readonly string[];
  /** Keys that count in this process only: KITH_ADMIN_KEY, and the one with which the command line talks to it. */
  readonly localKeys?: LocalKeys;
  readonly limits?: Partial<ServerLimits>;
  /** Believe the last value of X-Forwarded-* headers: only behind a proxy which sets them. */
  readonly trustProxy?: boolean;
  readonly version?: string;
}

export interface ModelInfo {
  /** The mark on its templates. */
  readonly id: string;
  /** Short, for people. */
  readonly name: string;
  /** Of the user's own. */
  readonly own: boolean;
  /** What the settings ask for. */
  readonly configured: boolean;
  /** `gone`: was in force, but cannot be made here any more. */
  readonly state: 'in_force' | 'preparing' | 'earlier' | 'available' | 'gone';
}

export interface ModelsStatus {
  readonly models: readonly ModelInfo[];
  readonly active: string | null;
  readonly preparing: {
    readonly model: string;
    readonly startedAt: number;
    readonly done: number;
    readonly total: number;
    readonly failed: number;
    readonly secondsLeft: number | null;
    /** All is read, but so many photos failed that somebody has to want the switch all the same. */
    readonly asksForForce: boolean;
  } | null;
}

export interface ModelControl {
  status(): Promise<ModelsStatus>;
  /** Begins to prepare a model, by id or name; once all is prepared it takes over. KithError `not_found`, `conflict`. */
  switchTo(model: string, options: { force: boolean }): Promise<ModelsStatus>;
  /** Leaves the preparation; what was made is kept. */
  cancel(): Promise<ModelsStatus>;
}

export interface ReportPort {
  /** As report-schema.ts describes it. */
  report(): Promise<object>;
  /** HTML and the content security policy that it needs. */
  page(): Promise<{ readonly html: string; readonly policy: string }>;
  progress(): { readonly done: number; readonly total: number } | null;
}

export interface ServerLimits {
  /** One picture, bytes. */
  readonly pictureBytes: number;
  /** Wrong keys from one address in one minute until it is answered 429. */
  readonly wrongKeysPerMinute: number;
  /** An event stream that has so many bytes unsent is cut off. */
  readonly eventBytes: number;
  readonly heartbeatMs: number;
  /** The same for the control streams of cameras. */
  readonly controlMs: number;
  /** How often is looked for cameras that have fallen silent. */
  readonly sweepMs: number;
  /** How long close() waits for requests under way. */
  readonly closeMs: number;
}

export const LIMITS: ServerLimits = {
  pictureBytes: 20 * 1024 * 1024,
  wrongKeysPerMinute: 20,
  eventBytes: 1024 * 1024,
  heartbeatMs: 15_000,
  controlMs: 10_000,
  sweepMs: 5_000,
  closeMs: 10_000,
};
