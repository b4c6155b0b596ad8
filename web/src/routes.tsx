// The addresses of the panel. Each screen is loaded when it is opened first.

import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  useRouter,
  type ErrorComponentProps,
} from '@tanstack/react-router';
import i18next from 'i18next';
import type { ComponentType } from 'react';
import { PANEL_HEADER } from './api/client.ts';
import { mayAs, sessionQuery, type Role } from './api/session.ts';
import { Failed } from './parts/failed.tsx';
import { Loading } from './parts/loading.tsx';
import { PartMissingError, partIsMissing } from './shell/missing-part.ts';
import { Shell } from './shell/shell.tsx';
import { NotAllowed, NotAllowedError } from './shell/not-allowed.tsx';
import { NotFound } from './shell/not-found.tsx';

type Part = Readonly<Record<string, ComponentType>>;

/** A screen of its own file. One that cannot be loaded says why, or brings the new panel after an update. */
function loaded<P extends Part>(load: () => Promise<P>, name: keyof P & string) {
  return lazyRouteComponent(
    () => load().catch((error: unknown) => partIsMissing(error, i18next.t('shell.missing'))),
    name,
  );
}

interface RouterContext {
  readonly cache: QueryClient;
}

const root = createRootRouteWithContext<RouterContext>()({ notFoundComponent: NotFound });

/** All that needs somebody who is signed in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    const session = await context.cache.ensureQueryData(sessionQuery);
    if (session.state === 'open') return;
    throw redirect({ to: session.link ? '/setup' : '/login', search: { to: location.href }, replace: true });
  },
});

/** Filters live in the address, so that it can be kept and sent. */
const anySearch = (search: Record<string, unknown>): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(search).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  );

const entry = { getParentRoute: () => root, validateSearch: anySearch };

/** A screen inside, for those who have at least this role. */
function screen<const Path extends string, P extends Part>(
  role: Role,
  path: Path,
  load: () => Promise<P>,
  name: keyof P & string,
) {
  return createRoute({
    getParentRoute: () => inside,
    path,
    staticData: { role },
    validateSearch: anySearch,
    beforeLoad: async ({ context }) => {
      const { user } = await context.cache.ensureQueryData(sessionQuery);
      if (!mayAs(user, role)) throw new NotAllowedError();
    },
    component: loaded(load, name),
  });
}

const setup = createRoute({
  ...entry,
  path: '/setup',
  component: loaded(() => import('./screens/entry/setup.tsx'), 'Setup'),
});
const login = createRoute({
  ...entry,
  path: '/login',
  // After whoever has something unsaved has said that she goes, and before anybody sees the page.
  beforeLoad: async ({ location, context }) => {
    if (location.state.signsOut !== true) return;
    // Whatever becomes of it, the session ends.
    await import('./screens/entry/push.ts').then(({ leaveThisBrowser }) => leaveThisBrowser()).catch(() => undefined);
    await fetch('/api/v1/session', { method: 'DELETE', headers: PANEL_HEADER }).catch(() => undefined);
    context.cache.clear();
  },
  component: loaded(() => import('./screens/entry/login.tsx'), 'Login'),
});
const home = createRoute({
  getParentRoute: () => inside,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/live', replace: true });
  },
});
const live = screen('viewer', '/live', () => import('./screens/live/live.tsx'), 'Live');
const log = screen('viewer', '/log', () => import('./screens/log/log.tsx'), 'Log');
const alerts = screen('viewer', '/alerts', () => import('./screens/alerts/alerts.tsx'), 'Alerts');
const alert = screen('viewer', '/alerts/$id', () => import('./screens/alerts/alert.tsx'), 'AlertPage');
const people = screen('operator', '/people', () => import('./screens/people/people.tsx'), 'People');
const adding = screen('operator', '/people/add', () => import('./screens/adding/adding.tsx'), 'Adding');
const person = screen('operator', '/people/$id', () => import('./screens/people/person.tsx'), 'PersonPage');
const strangers = screen('operator', '/strangers', () => import('./screens/strangers/strangers.tsx'), 'Strangers');
const search = screen('operator', '/search', () => import('./screens/search/search.tsx'), 'Search');
const cameras = screen('administrator', '/cameras', () => import('./screens/cameras/cameras.tsx'), 'Cameras');
const camera = screen('administrator', '/cameras/$id', () => import('./screens/cameras/camera.tsx'), 'CameraPage');
const doors = screen('operator', '/doors', () => import('./screens/doors/doors.tsx'), 'Doors');
const newDoor = screen('administrator', '/doors/new', () => import('./screens/doors/action-page.tsx'), 'NewActionPage');
const door = screen('administrator', '/doors/$id', () => import('./screens/doors/action-page.tsx'), 'ActionPage');
const rules = screen('administrator', '/rules', () => import('./screens/rules/rules.tsx'), 'Rules');
const reports = screen('operator', '/reports', () => import('./screens/reports/reports.tsx'), 'Reports');
const settings = screen('administrator', '/settings', () => import('./screens/settings/settings.tsx'), 'Settings');
const system = screen('administrator', '/system', () => import('./screens/system/system.tsx'), 'System');
const users = screen('administrator', '/users', () => import('./screens/access/access.tsx'), 'Access');
const audit = screen('administrator', '/audit', () => import('./screens/access/audit.tsx'), 'Audit');
const account = screen('viewer', '/account', () => import('./screens/entry/account.tsx'), 'Account');

const tree = root.addChildren([
  setup,
  login,
  inside.addChildren([
    home,
    live,
    log,
    alerts,
    alert,
    people,
    adding,
    person,
    strangers,
    search,
    cameras,
    camera,
    doors,
    newDoor,
    door,
    rules,
    reports,
    settings,
    system,
    users,
    audit,
    account,
  ]),
]);

function ScreenFailed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  if (error instanceof NotAllowedError) return <NotAllowed />;
  const retry = (): void => {
    if (error instanceof PartMissingError) return location.reload();
    reset();
    void router.invalidate();
  };
  return <Failed error={error} onRetry={retry} />;
}

export function createPanelRouter(cache: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { cache },
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultPendingComponent: Loading,
    defaultErrorComponent: ScreenFailed,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPanelRouter>;
  }
  interface HistoryState {
    /** On the way to the page of signing in: the session ends. No link from elsewhere can say so. */
    signsOut?: boolean;
  }
  interface StaticDataRouteOption {
    /** The least that may open it; absent for pages that are open to everybody. */
    role?: Role;
  }
}
