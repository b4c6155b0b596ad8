// Draws pictures onto a canvas, one at a time: where they come faster than they are decoded, the newest wins.

import type { PreviewPicture } from '../../api/previews.ts';

export interface Painter {
  paint(picture: PreviewPicture): void;
  close(): void;
}

export function createPainter(canvas: HTMLCanvasElement, onDrawn: () => void): Painter {
  let next: PreviewPicture | null = null;
  let drawing = false;
  let closed = false;

  async function drawNext(): Promise<void> {
    if (next === null || closed) {
      drawing = false;
      return;
    }
    drawing = true;
    const { jpeg, capturedAt } = next;
    next = null;
    // A broken picture: the next one comes soon.
    const bitmap = await createImageBitmap(jpeg).catch(() => null);
    if (bitmap && !closed) {
      show(canvas, bitmap, capturedAt);
      onDrawn();
    }
    bitmap?.close();
    void drawNext();
  }

  return {
    paint(picture) {
      next = picture;
      if (!drawing) void drawNext();
    },
    close() {
      closed = true;
      next = null;
    },
  };
}

/** The canvas takes the bitmap's memory over, and gives the former one's back. */
function show(canvas: HTMLCanvasElement, bitmap: ImageBitmap, capturedAt: number): void {
  if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
  }
  canvas.getContext('bitmaprenderer')?.transferFromImageBitmap(bitmap);
  // For measurements, and for whoever wants to know.
  canvas.dataset['capturedAt'] = String(capturedAt);
  canvas.dataset['frames'] = String(Number(canvas.dataset['frames'] ?? 0) + 1);
}
