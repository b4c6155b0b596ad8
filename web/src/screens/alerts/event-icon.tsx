// What stands in the place of a picture where nobody was seen.

import { Center } from '@mantine/core';
import { IconUserOff, IconVideoOff } from '@tabler/icons-react';
import type { Alert } from './queries.ts';

export function EventIcon({ event, size }: { readonly event: Alert['event']; readonly size: number }) {
  const Icon = event === 'offline' ? IconVideoOff : IconUserOff;
  return (
    <Center className="face" style={{ width: size, height: size, flexShrink: 0 }} aria-hidden>
      <Icon opacity={0.6} />
    </Center>
  );
}
