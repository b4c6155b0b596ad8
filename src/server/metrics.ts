// What Prometheus reads: its own registry per application, the only file that knows prom-client.

import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ChannelKind } from '../delivery-port.ts';
import { derive } from '../camera-figures.ts';
import type { Detection } from '../domain.ts';
import { cameraState } from './camera-json.ts';
import type { ServerPorts } from './ports.ts';

export interface Delivered {
  readonly kind: ChannelKind;
  readonly outcome: 'sent' | 'changed' | 'retried' | 'failed';
  /** With `sent`: from the moment at which it was due. */
  readonly ageMs: number;
}

export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  request(method: string, route: string, status: number, seconds: number): void;
  settled(detection: Detection): void;
  /** What became of a try to send a message. */
  delivered(done: Delivered): void;
  watchListeners(count: () => number): void;
  /** Memory, processor and event loop lag: once a process, so not for applications that only answer in memory. */
  watchProcess(): void;
}

export function createMetrics(ports: ServerPorts): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Histogram({
    name: 'kith_http_request_seconds',
    help: 'Time to answer a request',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
    registers,
  });
  const classified = new Counter({
    name: 'kith_detections_classified_total',
    help: 'Detections classified since this process started, by decision',
    labelNames: ['decision'],
    registers,
  });
  const refused = new Counter({
    name: 'kith_detections_rejected_total',
    help: 'Detections rejected or failed since this process started, by code',
    labelNames: ['state', 'code'],
    registers,
  });
  void new Gauge({
    name: 'kith_detections',
    help: 'Detections in the log by state; `pending` is the queue',
    labelNames: ['state'],
    registers,
    async collect() {
      const counts = await ports.store.detections.counts();
      for (const [state, count] of Object.entries(counts)) this.set({ state }, count);
    },
  });
  void new Gauge({
    name: 'kith_gallery_templates',
    help: 'Templates in memory',
    registers,
    collect() {
      this.set(ports.gallery?.templates ?? 0);
    },
  });
  void new Gauge({
    name: 'kith_gallery_persons',
    help: 'Persons in memory',
    registers,
    collect() {
      this.set(ports.gallery?.persons ?? 0);
    },
  });
  const lookAtCameras = watchCameras(registry, ports);
  const delivered = watchDeliveries(registry, ports);

  return {
    contentType: registry.contentType,
    async text() {
      await lookAtCameras();
      return registry.metrics();
    },
    request(method, route, status, seconds) {
      requests.observe({ method, route, status }, seconds);
    },
    settled({ state, decision, reason }) {
      if (state === 'classified') classified.inc({ decision: decision ?? 'unknown' });
      else refused.inc({ state, code: reason?.code ?? 'unknown' });
    },
    delivered,
    watchListeners(count) {
      void new Gauge({
        name: 'kith_event_streams',
        help: 'Open event streams',
        registers,
        collect() {
          this.set(count());
        },
      });
    },
    watchProcess() {
      collectDefaultMetrics({ register: registry });
    },
  };
}

function watchDeliveries(registry: Registry, { store }: ServerPorts): Metrics['delivered'] {
  const registers = [registry];
  const tries = new Counter({
    name: 'kith_deliveries_total',
    help: 'Tries to send a message since this process started, by kind of channel and what became of them',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  const ages = new Histogram({
    name: 'kith_delivery_age_seconds',
    help: 'From the moment at which a message was due until the receiver had it',
    labelNames: ['kind'],
    buckets: [0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 15, 60, 300, 3600],
    registers,
  });
  void new Gauge({
    name: 'kith_deliveries',
    help: 'Messages that are not sent, by state; `failed` were given up',
    labelNames: ['state'],
    registers,
    async collect() {
      const counts = await store.deliveries.counts();
      for (const [state, count] of Object.entries(counts)) this.set({ state }, count);
    },
  });
  return ({ kind, outcome, ageMs }) => {
    tries.inc({ kind, outcome });
    if (outcome === 'sent') ages.observe({ kind }, ageMs / 1000);
  };
}

/** One look at the store for all of them. */
function watchCameras(registry: Registry, { store, clock }: ServerPorts): () => Promise<void> {
  const gauge = (name: string, help: string, ...others: string[]) =>
    new Gauge({ name, help, labelNames: ['camera', ...others], registers: [registry] });
  const state = gauge('kith_camera_state', 'State of each camera: 1 for the one that it is in', 'state');
  const silent = gauge('kith_camera_report_age_seconds', 'Time since the program of a camera last reported');
  const lag = gauge(
    'kith_camera_look_delay_p95_seconds',
    'Frame captured to searched, 95 % of today (UTC) are quicker',
  );
  const waiting = gauge('kith_camera_shots_waiting', 'Shots in the spool of a camera');
  const lost = gauge('kith_camera_shots_lost', 'Shots that its program gave up since it started');
  const restarts = gauge('kith_camera_restarts', 'How often its program was started again since Kith started it');

  return async () => {
    const now = clock();
    const today = new Date(now).toISOString().slice(0, 10);
    const cameras = await store.cameras.list();
    const days = await Promise.all(cameras.map(({ id }) => store.cameras.days(id, { from: today, to: today })));
    // Those that were removed must not stay.
    for (const one of [state, silent, lag, waiting, lost, restarts]) one.reset();
    for (const [index, camera] of cameras.entries()) {
      const { id, said, report } = camera;
      state.set({ camera: id, state: cameraState(camera, now) }, 1);
      restarts.set({ camera: id }, said?.restarts ?? 0);
      if (!report) continue;
      silent.set({ camera: id }, (now - report.at) / 1000);
      waiting.set({ camera: id }, report.counts.waiting);
      lost.set({ camera: id }, report.counts.lost);
      const [day] = days[index] ?? [];
      const delay = day ? derive(day).lookDelayP95 : null;
      if (delay !== null) lag.set({ camera: id }, delay / 1000);
    }
  };
}
