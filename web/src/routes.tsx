// The addresses of the panel. Each screen is loaded when it is opened first.

import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent as lazy,
  redirect,
} from '@tanstack/react-router';
import { mayAs, sessionQuery, type Role } from './api/session.ts';
import i18next from 'i18next';
import { Failed } from './parts/failed.tsx';
import { Loading } from './parts/loading.tsx';
import { partIsMissing } from './shell/missing-part.ts';
import { Shell } from './shell/shell.tsx';
import { NotAllowed, NotAllowedError } from './shell/not-allowed.tsx';
import { NotFound } from './shell/not-found.tsx';

/** A screen of its own file. One that cannot be loaded says why, or brings the new panel after an update. */
const lazyRouteComponent: typeof lazy = (load, name) =>
  lazy(() => load().catch((error: unknown) => partIsMissing(error, i18next.t('shell.missing'))), name);

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

/** A screen that takes at least this role. */
function only(role: Role) {
  return async ({ context }: { context: RouterContext }): Promise<void> => {
    const { user } = await context.cache.ensureQueryData(sessionQuery);
    if (!mayAs(user, role)) throw new NotAllowedError();
  };
}

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  validateSearch: anySearch,
  component: lazyRouteComponent(() => import('./screens/entry/setup.tsx'), 'Setup'),
});
const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: anySearch,
  component: lazyRouteComponent(() => import('./screens/entry/login.tsx'), 'Login'),
});
const home = createRoute({
  getParentRoute: () => inside,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/live', replace: true });
  },
});
const live = createRoute({
  getParentRoute: () => inside,
  path: '/live',
  validateSearch: anySearch,
  component: lazyRouteComponent(() => import('./screens/live/live.tsx'), 'Live'),
});
const log = createRoute({
  getParentRoute: () => inside,
  path: '/log',
  validateSearch: anySearch,
  component: lazyRouteComponent(() => import('./screens/log/log.tsx'), 'Log'),
});
const people = createRoute({
  getParentRoute: () => inside,
  beforeLoad: only('operator'),
  path: '/people',
  validateSearch: anySearch,
  component: lazyRouteComponent(() => import('./screens/people/people.tsx'), 'People'),
});
const adding = createRoute({
  getParentRoute: () => inside,
  beforeLoad: only('operator'),
  path: '/people/add',
  validateSearch: anySearch,
  component: lazyRouteComponent(() => import('./screens/adding/adding.tsx'), 'Adding'),
});
const person = createRoute({
  getParentRoute: () => inside,
  beforeLoad: only('operator'),
  path: '/people/$id',
  validateSearch: anySearch,
  component: lazyRouteComponent(() => import('./screens/people/person.tsx'), 'PersonPage'),
});
const strangers = createRoute({
  getParentRoute: () => inside,
  beforeLoad: only('operator'),
  path: '/strangers',
  validateSearch: anySearch,
  component: lazyRouteComponent(() => import('./screens/strangers/strangers.tsx'), 'Strangers'),
});
const search = createRoute({
  getParentRoute: () => inside,
  beforeLoad: only('operator'),
  path: '/search',
  validateSearch: anySearch,
  component: lazyRouteComponent(() => import('./screens/search/search.tsx'), 'Search'),
});
const cameras = createRoute({
  getParentRoute: () => inside,
  beforeLoad: only('administrator'),
  path: '/cameras',
  validateSearch: anySearch,
  component: lazyRouteComponent(() => import('./screens/cameras/cameras.tsx'), 'Cameras'),
});
const camera = createRoute({
  getParentRoute: () => inside,
  beforeLoad: only('administrator'),
  path: '/cameras/$id',
  validateSearch: anySearch,
  component: lazyRouteComponent(() => import('./screens/cameras/camera.tsx'), 'CameraPage'),
});
const reports = createRoute({
  getParentRoute: () => inside,
  beforeLoad: only('operator'),
  path: '/reports',
  component: lazyRouteComponent(() => import('./screens/reports/reports.tsx'), 'Reports'),
});
const settings = createRoute({
  getParentRoute: () => inside,
  beforeLoad: only('administrator'),
  path: '/settings',
  component: lazyRouteComponent(() => import('./screens/settings/settings.tsx'), 'Settings'),
});
const system = createRoute({
  getParentRoute: () => inside,
  beforeLoad: only('administrator'),
  path: '/system',
  validateSearch: anySearch,
  component: lazyRouteComponent(() => import('./screens/system/system.tsx'), 'System'),
});
const users = createRoute({
  getParentRoute: () => inside,
  beforeLoad: only('administrator'),
  path: '/users',
  validateSearch: anySearch,
  component: lazyRouteComponent(() => import('./screens/access/access.tsx'), 'Access'),
});
const audit = createRoute({
  getParentRoute: () => inside,
  beforeLoad: only('administrator'),
  path: '/audit',
  validateSearch: anySearch,
  component: lazyRouteComponent(() => import('./screens/access/audit.tsx'), 'Audit'),
});
const account = createRoute({
  getParentRoute: () => inside,
  path: '/account',
  component: lazyRouteComponent(() => import('./screens/entry/account.tsx'), 'Account'),
});

const tree = root.addChildren([
  setup,
  login,
  inside.addChildren([
    home,
    live,
    log,
    people,
    adding,
    person,
    strangers,
    search,
    cameras,
    camera,
    reports,
    settings,
    system,
    users,
    audit,
    account,
  ]),
]);

export function createPanelRouter(cache: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { cache },
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultPendingComponent: Loading,
    defaultErrorComponent: ({ error, reset }) =>
      error instanceof NotAllowedError ? <NotAllowed /> : <Failed error={error} onRetry={reset} />,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPanelRouter>;
  }
}
