// Where files are dropped. What can be clicked stands inside, so that everything goes without a mouse too.

import { Stack, Text, ThemeIcon } from '@mantine/core';
import { IconPhotoPlus } from '@tabler/icons-react';
import { useState, type DragEvent, type ReactNode } from 'react';
import classes from './drop-area.module.css';

export function DropArea({
  label,
  hint,
  onDrop,
  children,
  compact = false,
}: {
  readonly label: string;
  readonly hint?: string;
  /** Read it before the first `await`: it is empty when the event has ended. */
  readonly onDrop: (transfer: DataTransfer) => void;
  readonly children: ReactNode;
  readonly compact?: boolean;
}) {
  const [over, setOver] = useState(false);

  function take(event: DragEvent): void {
    event.preventDefault();
    setOver(event.type === 'dragover');
    if (event.type === 'drop') onDrop(event.dataTransfer);
  }

  return (
    // Dropping is for the mouse only; buttons inside do the same for everybody.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      className={classes.area}
      data-over={over || undefined}
      data-compact={compact || undefined}
      aria-label={label}
      onDragOver={take}
      onDragLeave={take}
      onDrop={take}
    >
      <Stack align="center" gap="xs">
        {!compact && (
          <ThemeIcon size={52} radius="xl" variant="light">
            <IconPhotoPlus />
          </ThemeIcon>
        )}
        <Text fw={600} ta="center">
          {label}
        </Text>
        {hint && (
          <Text size="sm" c="dimmed" ta="center">
            {hint}
          </Text>
        )}
        {children}
      </Stack>
    </section>
  );
}
