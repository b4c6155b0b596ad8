// The back end as a Fastify application: guard, checks, errors and headers for all routes, then the routes themselves.

import multipart from '@fastify/multipart';
import fastify from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { actionRoutes } from './action-routes.ts';
import { createAuditLog } from './audit.ts';
import { auditRoutes } from './audit-routes.ts';
import { createGuard } from './auth.ts';
import { backupRoutes } from './backup-routes.ts';
import { cameraControlRoutes } from './camera-control-routes.ts';
import { cameraReportRoutes } from './camera-report-routes.ts';
import { cameraRoutes } from './camera-routes.ts';
import { openCameraSweep } from './camera-sweep.ts';
import { cameraTrialRoutes } from './camera-trial-routes.ts';
import type { App, Context } from './context.ts';
import { candidateRoutes } from './candidate-routes.ts';
import { createControlStreams } from './control-streams.ts';
import { detectionIdentityRoutes } from './detection-identity-routes.ts';
import { detectionRoutes } from './detection-routes.ts';
import { docsRoutes } from './docs-routes.ts';
import { createEnrolment } from './enrolment.ts';
import { eraseRoutes } from './erase-routes.ts';
import { openEventHub } from './event-hub.ts';
import { eventRoutes } from './event-routes.ts';
import { faceRoutes } from './face-routes.ts';
import { groupRoutes } from './group-routes.ts';
import { healthRoutes } from './health-routes.ts';
import { historyRoutes } from './history-routes.ts';
import { hookRoutes } from './hook-routes.ts';
import { importRoutes } from './import-routes.ts';
import { keyRoutes } from './key-routes.ts';
import { kioskRoutes } from './kiosk-routes.ts';
import { linkedPictureRoutes } from './linked-picture-routes.ts';
import { createLinks } from './links.ts';
import { createLoginLimit } from './login-limit.ts';
import { logRoutes } from './log-routes.ts';
import { createMetrics } from './metrics.ts';
import { modelRoutes } from './model-routes.ts';
import { watchOpenStreams } from './open-streams.ts';
import { createPace } from './pace.ts';
import { panelRoutes } from './panel-routes.ts';
import { createPasswords } from './passwords.ts';
import { personActivityRoutes } from './person-activity-routes.ts';
import { personExportRoutes } from './person-export-routes.ts';
import { personIdentityRoutes } from './person-identity-routes.ts';
import { personRoutes } from './person-routes.ts';
import { createPictureKeeper } from './picture-keeper.ts';
import { createPictureRelay } from './picture-relay.ts';
import { liveRoutes } from './live-routes.ts';
import { previewRoutes } from './preview-routes.ts';
import { LIMITS, type ServerPorts } from './ports.ts';
import { answerError, answerUnknownRoute, problem, problemOf } from './problems.ts';
import { pushRoutes } from './push-routes.ts';
import { reconsiderRoutes } from './reconsider-routes.ts';
import { referenceRoutes } from './reference-routes.ts';
import { openRemovedMarks } from './removed-marks.ts';
import { reportRoutes } from './report-routes.ts';
import { ruleRoutes } from './rule-routes.ts';
import { watchRoutes } from './route-table.ts';
import { runRoutes } from './run-routes.ts';
import { watchRunning } from './running.ts';
import { compileSchema } from './schema-check.ts';
import { sessionAccountRoutes } from './session-account-routes.ts';
import { searchRoutes } from './search-routes.ts';
import { alertRoutes } from './alert-routes.ts';
import { channelRoutes } from './channel-routes.ts';
import { chatRoutes } from './chat-routes.ts';
import { commandRoutes } from './command-routes.ts';
import { sessionRoutes } from './session-routes.ts';
import { createSessions } from './sessions.ts';
import { strangerRoutes } from './stranger-routes.ts';
import { userRoutes } from './user-routes.ts';
import { settingsRoutes } from './settings-routes.ts';
import { summaryRoutes } from './summary-routes.ts';
import { systemRoutes } from './system-routes.ts';
import { visitRoutes } from './visit-routes.ts';

const JSON_BYTES = 64 * 1024;
const MOST_PREVIEWS = 100;

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
};

/** Not listening yet: `app.inject` answers. `app.close()` ends it. */
export async function buildApp(ports: ServerPorts): Promise<{ app: App; context: Context }> {
  const { store, log, clock } = ports;
  const limits = { ...LIMITS, ...ports.limits };
  const metrics = createMetrics(ports);
  const sessions = createSessions(store.users, clock, log);
  const keeper = createPictureKeeper(store, ports.pictures);
  const enrolment = createEnrolment(ports, keeper);
  const pace = createPace(clock);
  const hub = await openEventHub({
    store,
    log,
    limits,
    clock,
    onDetection: (detection) => {
      metrics.settled(detection);
      pace.note();
    },
  });
  const previews = createPictureRelay({
    limits,
    most: MOST_PREVIEWS,
    mostOfCamera: MOST_PREVIEWS,
    full: `${MOST_PREVIEWS} previews are open already: close some.`,
    heartbeat: 'last picture',
    addressOf: (camera) => `/api/v1/cameras/${encodeURIComponent(camera)}/preview`,
    freshMs: Number.POSITIVE_INFINITY,
  });
  const control = createControlStreams({ store, log, limits, hub, previews });
  const sweep = openCameraSweep({ store, log, limits, clock });
  const marks = openRemovedMarks({ store, log, clock });
  metrics.watchListeners(() => hub.listeners);
  const app: App = fastify({
    logger: false,
    // One proxy, which has put the address that it saw at the end: what stands before that is what the client says.
    trustProxy: ports.trustProxy ? (_address, hop) => hop === 0 : false,
    bodyLimit: JSON_BYTES,
    requestTimeout: 300_000,
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, _request, reply) => {
      const { status, body } = problemOf(error);
      reply.raw.writeHead(status, { ...HEADERS, 'content-type': 'application/json' }).end(JSON.stringify(body));
      void reply.hijack();
    },
    clientErrorHandler: (error, socket) => {
      if (error.code === 'ECONNRESET' || !socket.writable) {
        socket.destroy();
        return;
      }
      const body = JSON.stringify(problem(400, 'invalid', 'This is no valid HTTP request.').body);
      socket.end(
        `HTTP/1.1 400 Bad Request\r\nContent-Length: ${body.length}\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n${body}`,
      );
    },
  }).withTypeProvider<TypeBoxTypeProvider>();
  const running = watchRunning(app);
  const guard = createGuard(ports, limits, sessions);
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(HEADERS);
    await guard(request);
  });
  const context: Context = {
    ports,
    limits,
    keeper,
    enrolment,
    sessions,
    links: createLinks(clock),
    passwords: createPasswords(),
    logins: createLoginLimit(clock),
    streams: watchOpenStreams(app, guard),
    audit: createAuditLog(app, store.audit, clock, log),
    hub,
    metrics,
    pace,
    running,
    control,
    previews,
  };

  function endStreams(): void {
    sweep.close();
    marks.close();
    control.close();
    previews.close();
    hub.close();
  }

  // Hooks before routes, as routes take those that stand when they are added.
  app.addHook('preClose', async () => endStreams());
  try {
    app.setValidatorCompiler(compileSchema);
    // json.ts makes exactly what goes out.
    app.setSerializerCompiler(() => (data) => JSON.stringify(data));
    app.setErrorHandler(answerError(log));
    app.removeContentTypeParser('text/plain');
    app.decorateRequest('caller', null);
    const methodsOf = watchRoutes(app);
    app.setNotFoundHandler(answerUnknownRoute(methodsOf));
    app.addHook('onResponse', async (request, reply) => {
      const route = request.routeOptions.url ?? 'unknown';
      metrics.request(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
    });
    await app.register(multipart);
    await docsRoutes(app, ports.version ?? '0');
    healthRoutes(app, context);
    detectionRoutes(app, context);
    personRoutes(app, context);
    groupRoutes(app, context);
    personActivityRoutes(app, context);
    personExportRoutes(app, context);
    referenceRoutes(app, context);
    importRoutes(app, context);
    faceRoutes(app, context);
    searchRoutes(app, context);
    commandRoutes(app, context);
    channelRoutes(app, context);
    ruleRoutes(app, context);
    alertRoutes(app, context);
    pushRoutes(app, context);
    linkedPictureRoutes(app, context);
    chatRoutes(app, context);
    await hookRoutes(app, context);
    visitRoutes(app, context);
    liveRoutes(app, context);
    logRoutes(app, context);
    candidateRoutes(app, context);
    eraseRoutes(app, context);
    detectionIdentityRoutes(app, context);
    personIdentityRoutes(app, context);
    reconsiderRoutes(app, context);
    historyRoutes(app, context);
    cameraRoutes(app, context);
    cameraTrialRoutes(app, context);
    cameraReportRoutes(app, context);
    cameraControlRoutes(app, context, guard);
    await previewRoutes(app, context, guard);
    eventRoutes(app, context, guard);
    strangerRoutes(app, context);
    summaryRoutes(app, context);
    reportRoutes(app, context);
    keyRoutes(app, context);
    actionRoutes(app, context);
    runRoutes(app, context);
    modelRoutes(app, context);
    settingsRoutes(app, context);
    systemRoutes(app, context);
    backupRoutes(app, context);
    sessionRoutes(app, context);
    sessionAccountRoutes(app, context);
    userRoutes(app, context);
    auditRoutes(app, context);
    await panelRoutes(app, context);
    await kioskRoutes(app, context, guard);
    await app.ready();
  } catch (error) {
    endStreams();
    await app.close();
    throw error;
  }
  return { app, context };
}
