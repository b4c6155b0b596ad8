// /settings: what is set, by whom, and changing kith.json.

import { checkSeesAll } from './auth.ts';
import { loaded, type App, type Context } from './context.ts';
import { API } from './json.ts';
import { answers } from './route-schemas.ts';
import type { SettingsState } from './system-ports.ts';
import { SettingsBody, SettingsJson } from './system-schemas.ts';

const tags = ['settings'];

export function settingsRoutes(app: App, { ports }: Context): void {
  const settings = () => loaded(ports.settings ?? null);

  app.get(
    `${API}/settings`,
    {
      config: { access: ['admin'] },
      schema: {
        tags,
        summary: 'All settings: what is in force, where it comes from, what waits for a restart',
        response: answers(200, SettingsJson),
      },
    },
    async () => settingsJson(settings().state()),
  );

  app.put(
    `${API}/settings`,
    {
      config: { access: ['admin'], audit: 'settings.change' },
      schema: {
        tags,
        summary: 'Change settings in kith.json; those that take effect at once do',
        description:
          'Cameras, own models and secrets are not set here, nor what the environment or the command line sets.',
        body: SettingsBody,
        response: answers(200, SettingsJson),
      },
    },
    async (request) => {
      checkSeesAll(request, 'a setting of Kith');
      const { values, ifRevision } = request.body;
      return settingsJson(await settings().change(values, ifRevision));
    },
  );
}

function settingsJson({ file, settings, cameras, models, unknownKeys, demonstration }: SettingsState) {
  return {
    file: { ...file },
    settings: settings.map((one) => ({ ...one, schema: { ...one.schema } })),
    cameras,
    models,
    unknownKeys: [...unknownKeys],
    demonstration,
  };
}
