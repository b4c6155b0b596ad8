// Watches routes as they are added: each must say who may call it and what the audit log calls a change, and an address asked with the wrong method is known.

import type { App } from './context.ts';

/** Answers the methods that an address has routes for. */
export function watchRoutes(app: App): (path: string) => readonly string[] {
  const table: { pattern: RegExp; methods: readonly string[] }[] = [];
  app.addHook('onRoute', (route) => {
    const isDocs = route.url === '/docs' || route.url.startsWith('/docs/');
    if (isDocs) route.config = { ...route.config, access: 'public' };
    if (route.config?.access === undefined) {
      throw new Error(
        `The route ${String(route.method)} ${route.url} does not say who may call it: add config.access.`,
      );
    }
    const changes = [route.method].flat().some((method) => !['GET', 'HEAD', 'OPTIONS'].includes(method));
    if (changes && route.config.audit === undefined) {
      throw new Error(
        `The route ${String(route.method)} ${route.url} does not say what the audit log calls it: add config.audit, or false.`,
      );
    }
    table.push({ pattern: patternOf(route.url), methods: [route.method].flat() });
  });
  return (path) => [...new Set(table.flatMap(({ pattern, methods }) => (pattern.test(path) ? methods : [])))];
}

function patternOf(url: string): RegExp {
  const parts = url.split('/').map((part) => {
    if (part === '*') return '.*';
    return part.startsWith(':') ? '[^/]+' : part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  });
  return new RegExp(`^${parts.join('/')}$`);
}
