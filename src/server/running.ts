// Which requests are under way: what they have begun with, for example an engine, must not be closed before they end.

import type { App } from './context.ts';

export interface RunningRequests {
  /** Answers once every request that is under way now has ended; event streams do not count. */
  ended(): Promise<void>;
}

/** Before the routes are added. */
export function watchRunning(app: App): RunningRequests {
  const running = new Set<object>();
  let waiters: { for: Set<object>; done: () => void }[] = [];

  function end(request: object): void {
    if (!running.delete(request)) return;
    for (const waiter of waiters) {
      waiter.for.delete(request);
      if (waiter.for.size === 0) waiter.done();
    }
    waiters = waiters.filter((waiter) => waiter.for.size > 0);
  }

  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.config.endless === true) return;
    running.add(request);
    // A caller who hangs up gets no answer.
    reply.raw.once('close', () => end(request));
  });
  app.addHook('onResponse', async (request) => end(request));

  return {
    ended() {
      if (running.size === 0) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      waiters.push({ for: new Set(running), done: resolve });
      return promise;
    },
  };
}
