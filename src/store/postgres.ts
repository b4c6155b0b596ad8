import type { Log } from '../log.ts';
import type { Backend } from './backend.ts';
export function openPostgres(_options: { url: string; log: Log }): Promise<Backend> {
  throw new Error('in work');
}
