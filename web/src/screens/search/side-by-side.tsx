// The searched face beside the nearest person's most similar photo, as large as one needs to judge it.

import { Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client.ts';
import { Face } from '../../parts/face.tsx';
import { FaceCrop } from './face-crop.tsx';

const SIZE = 132;

export function SideBySide({ found, src }: { readonly found: Schemas['PhotoSearch']; readonly src: string | null }) {
  const { t } = useTranslation();
  const [first] = found.people;
  if (!first?.reference || first.certainty === null) return null;
  const box = found.face === null ? undefined : found.faces[found.face]?.box;
  const { name } = first.person;
  return (
    <Group gap="sm" wrap="nowrap" align="flex-start">
      <Stack gap={4} w={SIZE}>
        {src !== null && box && found.width !== null ? (
          <FaceCrop src={src} alt={t('search.yourPicture')} size={SIZE} box={box} width={found.width} />
        ) : (
          <Face src={src} name={null} size={SIZE} />
        )}
        <Text size="xs" c="dimmed">
          {t('search.yourPicture')}
        </Text>
      </Stack>
      <Stack gap={4} w={SIZE}>
        <Face src={first.reference.picture} name={name} size={SIZE} />
        <Text size="xs" c="dimmed" lineClamp={2} className="anyName">
          {t('search.herPhoto', { name })}
        </Text>
      </Stack>
    </Group>
  );
}
