// What everything in the panel stands in: colours, cache, dialogs, notices, addresses.

import { createTheme, darken, MantineProvider, type CSSVariablesResolver } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { ApiError } from './api/client.ts';
import { createPanelRouter } from './routes.tsx';

const theme = createTheme({
  primaryColor: 'teal',
  primaryShade: 9,
  autoContrast: true,
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  cursorType: 'pointer',
});

/** Mantine's small texts and its light variants have less contrast than WCAG AA asks for. */
const contrast: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': 'var(--mantine-color-gray-7)',
    '--mantine-color-placeholder': 'var(--mantine-color-gray-7)',
    '--mantine-color-error': 'var(--mantine-color-red-9)',
    ...Object.fromEntries(
      Object.entries(colors).flatMap(([name, shades]) => [
        [`--mantine-color-${name}-light-color`, darken(shades[9], 0.3)],
        // Lighter under the pointer otherwise, with too little contrast to white.
        [`--mantine-color-${name}-filled-hover`, darken(shades[9], 0.12)],
      ]),
    ),
  },
  dark: {
    '--mantine-color-dimmed': 'var(--mantine-color-dark-1)',
    '--mantine-color-placeholder': 'var(--mantine-color-dark-1)',
    '--mantine-color-error': 'var(--mantine-color-red-4)',
  },
});

const MOST_TRIES = 2;

const cache = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What was refused stays refused.
      retry: (count, error) =>
        count < MOST_TRIES && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
  },
});

const router = createPanelRouter(cache);

export function App({ nonce }: { readonly nonce: string }) {
  // On a telephone the buttons are at the bottom: a notice must not lie on them, and more than two would hide the page.
  const isNarrow = useMediaQuery('(max-width: 48em)') ?? false;
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      cssVariablesResolver={contrast}
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={cache}>
        <ModalsProvider>
          <Notifications position={isNarrow ? 'top-center' : 'bottom-right'} limit={isNarrow ? 2 : 5} />
          <RouterProvider router={router} />
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
