// Whose photos a caller may look at: a photo out of the log is for those who may see its camera.

import type { FastifyRequest } from 'fastify';
import type { Reference } from '../domain.ts';
import type { Store } from '../store-port.ts';
import { camerasOf } from './auth.ts';

export async function maySeeReference(
  store: Pick<Store, 'detections'>,
  request: FastifyRequest,
  { source, detectionId }: Reference,
): Promise<boolean> {
  const own = camerasOf(request);
  if (own === null || source !== 'sighting') return true;
  const detection = detectionId === null ? null : await store.detections.get(detectionId);
  return detection !== null && own.includes(detection.cameraId);
}
