// Begins the panel.

import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './panel.css';
import { createRoot } from 'react-dom/client';
import { setNonce } from 'get-nonce';
import { App } from './app.tsx';
import { openTexts } from './texts/texts.ts';

// Styles that libraries add at run time carry this answer's nonce: others are refused.
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.nonce ?? '';
setNonce(nonce);
await openTexts();
const root = document.querySelector('#panel');
if (root) createRoot(root).render(<App nonce={nonce} />);
