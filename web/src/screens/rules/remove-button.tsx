// The way to take a rule or a channel away: asked first.

import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ask } from '../../parts/ask.tsx';

export function RemoveButton({
  title,
  text,
  onRemove,
}: {
  readonly title: string;
  readonly text: string;
  readonly onRemove: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Button
      size="xs"
      variant="subtle"
      color="red"
      onClick={() => ask(title, text, { confirm: t('parts.delete'), onConfirm: onRemove })}
    >
      {t('parts.delete')}
    </Button>
  );
}
