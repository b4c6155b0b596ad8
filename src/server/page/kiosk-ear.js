// Listens for who was recognised. An EventSource cannot send a key, so the stream of events is read with fetch.

import { pause } from './kiosk-eye.js';

const WAITS_MS = [1000, 2000, 5000, 10_000];
/** The back end says something every fifteen seconds. */
const SILENCE_MS = 45_000;

/** `on` hears: `open`, `away`, `refused` (status), `named` (event). */
export function openEar({ address, key, on }) {
  let open = true;
  let connection;

  async function run() {
    let failures = 0;
    while (open) {
      connection = new AbortController();
      try {
        const answer = await fetch(`${address}/names`, {
          headers: { authorization: `Bearer ${key}`, accept: 'text/event-stream' },
          signal: connection.signal,
        });
        if ([401, 403, 404].includes(answer.status)) {
          open = false;
          on.refused(answer.status);
          return;
        }
        if (answer.ok) {
          failures = 0;
          on.open();
          await readAll(answer.body.getReader());
        }
      } catch {
        // Said below, as for a stream that has ended.
      }
      if (!open) return;
      on.away();
      failures += 1;
      await pause(WAITS_MS[Math.min(failures, WAITS_MS.length) - 1]);
    }
  }

  async function readAll(reader) {
    const decoder = new TextDecoder();
    let text = '';
    let timer;
    try {
      for (;;) {
        clearTimeout(timer);
        timer = setTimeout(() => connection.abort(), SILENCE_MS);
        const { value, done } = await reader.read();
        if (done) return;
        text += decoder.decode(value, { stream: true });
        const events = text.split('\n\n');
        text = events.pop();
        for (const event of events) take(event);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  function take(event) {
    const lines = event.split('\n');
    if (!lines.includes('event: named')) return;
    const data = lines.find((line) => line.startsWith('data: '));
    if (data && open) on.named(JSON.parse(data.slice(6)));
  }

  void run();
  return {
    close() {
      open = false;
      connection?.abort();
    },
  };
}
