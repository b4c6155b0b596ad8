// A small picture of a photo that only this browser has; read when it is shown.

import { useEffect, useState } from 'react';
import { Face } from '../../parts/face.tsx';
import { useObjectUrl } from '../../parts/object-url.ts';
import type { PlannedPhoto } from './plan.ts';

export function LocalThumb({ photo, size }: { readonly photo: PlannedPhoto; readonly size: number }) {
  const [blob, setBlob] = useState<Blob | null>(null);
  useEffect(() => {
    const ended = new AbortController();
    photo
      .read(ended.signal)
      .then((read) => !ended.signal.aborted && setBlob(read))
      // What cannot be read has no picture; why is said elsewhere.
      .catch(() => undefined);
    return () => ended.abort();
  }, [photo]);
  return <Face src={useObjectUrl(blob)} name={photo.name} size={size} />;
}
