// What Prometheus reads: its own registry per application, the only file that knows prom-client.

import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Detection } from '../domain.ts';
import type { ServerPorts } from './ports.ts';

export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  request(method: string, route: string, status: number, seconds: number): void;
  settled(detection: Detection): void;
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

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    request(method, route, status, seconds) {
      requests.observe({ method, route, status }, seconds);
    },
    settled({ state, decision, reason }) {
      if (state === 'classified') classified.inc({ decision: decision ?? 'unknown' });
      else refused.inc({ state, code: reason?.code ?? 'unknown' });
    },
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
