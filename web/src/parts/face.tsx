// A face, square, by the address of its picture. The browser asks each time whether she may still see it.

import { Center } from '@mantine/core';
import { IconUser } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

export function Face({
  src,
  name,
  size = 64,
}: {
  readonly src: string | null;
  /** Whose it is, for those who cannot see it. */
  readonly name: string | null;
  /** Pixels, or any CSS length. */
  readonly size?: number | string;
}) {
  const { t } = useTranslation();
  const [missing, setMissing] = useState<string | null>(null);
  const style = { width: size, height: size, aspectRatio: 1, flexShrink: 0 };
  if (src === null || missing === src) {
    return (
      <Center className="face" style={style} role="img" aria-label={t('parts.noPicture')}>
        <IconUser opacity={0.4} />
      </Center>
    );
  }
  return (
    <img
      className="face"
      style={style}
      src={src}
      alt={name === null ? t('parts.faceOfSomebody') : t('parts.faceOf', { name })}
      loading="lazy"
      decoding="async"
      onError={() => setMissing(src)}
    />
  );
}
