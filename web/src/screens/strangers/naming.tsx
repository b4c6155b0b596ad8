// Where a name is typed: the key `n` leads there, Escape leads out.

import { Box } from '@mantine/core';
import type { ComponentProps } from 'react';
import { PersonPicker, type Picked } from '../../parts/person-picker.tsx';

const PLACE = 'naming';

export function focusNaming(): void {
  document.getElementById(PLACE)?.querySelector('input')?.focus();
}

export function Naming({
  onPick,
  ...props
}: Omit<ComponentProps<typeof PersonPicker>, 'onPick'> & { readonly onPick: (picked: Picked) => void }) {
  return (
    <Box
      id={PLACE}
      flex="1 1 240px"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && event.target instanceof HTMLElement) event.target.blur();
      }}
    >
      <PersonPicker
        mayCreate
        {...props}
        onPick={(picked) => {
          // Keys are for the next one from here on.
          if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
          onPick(picked);
        }}
      />
    </Box>
  );
}
