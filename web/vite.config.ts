// The panel's build: one folder of hashed files that the API serves. Development: `npm run dev:web` beside a running Kith.

import react from '@vitejs/plugin-react';
import mantine from 'postcss-preset-mantine';
import { defineConfig } from 'vite';

const KITH = process.env['KITH_URL'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  css: { postcss: { plugins: [mantine()] } },
  build: {
    target: 'es2023',
    manifest: true,
    // Small pictures as data: URLs are no part of the content security policy.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
  },
  server: { proxy: Object.fromEntries(['/api', '/open', '/page', '/kiosk', '/docs'].map((path) => [path, KITH])) },
});
