// Kith's own API inside this process: that of its server or, in a worker, one without a network, made when somebody in a chat first does
// something. So whichever process holds a chat's place, what people answer there is done.

import type { Closeable } from './lifecycle.ts';
import type { Inject } from './user-client.ts';

type Built = Inject & { close(): Promise<unknown> };

export function openInnerApi(served: () => Inject | null, build: () => Promise<Built>): Inject & Closeable {
  let built: Promise<Built> | undefined;

  function own(): Promise<Built> {
    built ??= build().catch((error: unknown) => {
      built = undefined;
      throw error;
    });
    return built;
  }

  return {
    inject: async (request) => (served() ?? (await own())).inject(request),
    async close() {
      const api = await built?.catch(() => undefined);
      await api?.close();
    },
  };
}
