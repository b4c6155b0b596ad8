// A picture that came as bytes: shown under an address of its own, which the content security policy allows, and let go of after that.

import { useEffect, useRef } from 'react';

export function BlobImage({
  blob,
  alt,
  className,
  onSize,
}: {
  readonly blob: Blob;
  readonly alt: string;
  readonly className?: string | undefined;
  readonly onSize?: (size: { readonly width: number; readonly height: number }) => void;
}) {
  const image = useRef<HTMLImageElement>(null);
  useEffect(() => {
    const url = URL.createObjectURL(blob);
    if (image.current) image.current.src = url;
    return () => URL.revokeObjectURL(url);
  }, [blob]);
  return (
    <img
      ref={image}
      alt={alt}
      className={className}
      draggable={false}
      onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
        onSize?.({ width: naturalWidth, height: naturalHeight })
      }
    />
  );
}

/** Out of an answer that holds the picture as base64. */
export function jpegOf(base64: string): Blob {
  return new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], { type: 'image/jpeg' });
}
