// /rules: who is told of what, when and how often, also tried on the log before a rule is switched on; /calendar: time zone, holidays.

import type { Rule, RuleDefinition } from '../alert-port.ts';
import { KithError } from '../errors.ts';
import { checkTimeZone } from '../hours.ts';
import { CalendarJson, ChangedRule, NewRule, RuleJson, ruleJson, TriedJson, TryRule } from './alert-schemas.ts';
import { camerasOf, checkSeesAll } from './auth.ts';
import { loaded, notFound, type App, type Context } from './context.ts';
import { API, time } from './json.ts';
import { answers, NOTHING } from './route-schemas.ts';
import * as S from './schemas.ts';

const tags = ['alerts'];

export function ruleRoutes(app: App, { ports }: Context): void {
  const { store, clock } = ports;

  app.get(
    `${API}/rules`,
    {
      config: { access: ['read', 'people'] },
      schema: { tags, summary: 'All rules, the oldest first', response: answers(200, S.List(RuleJson)) },
    },
    async () => ({ items: (await store.rules.list()).map(ruleJson), next: null }),
  );

  app.post(
    `${API}/rules`,
    {
      config: { access: ['admin'], audit: 'rule.add' },
      schema: { tags, summary: 'Add a rule', body: NewRule, response: answers(201, RuleJson) },
    },
    async (request, reply) => {
      checkSeesAll(request, 'a rule');
      return reply.code(201).send(ruleJson(await store.rules.add(await checked(request.body), clock())));
    },
  );

  app.post(
    `${API}/rules/try`,
    {
      config: { access: ['admin'], audit: false },
      schema: {
        tags,
        summary: 'What a rule would have told on the last days, by the log as it is now; nothing is sent',
        description:
          'Cameras that were offline are in no log, so `offline` counts for nothing here. `until` lies before now where there was too much to look through.',
        body: TryRule,
        response: answers(200, TriedJson),
      },
    },
    async (request) => {
      const tryRule = loaded(ports.tryRule ?? null);
      const { rule, days } = request.body;
      const { until, samples, perDay, ...counts } = await tryRule(await checked(rule), {
        days,
        now: clock(),
        cameraIds: camerasOf(request),
      });
      return {
        ...counts,
        perDay: perDay.map((day) => ({ ...day })),
        samples: samples.map(({ at, ...sample }) => ({ ...sample, at: time(at) })),
        until: time(until),
      };
    },
  );

  app.get(
    `${API}/rules/:id`,
    {
      config: { access: ['read', 'people'] },
      schema: { tags, summary: 'One rule', params: S.IdParams, response: answers(200, RuleJson) },
    },
    async (request) => ruleJson(await ruleOf(request.params.id)),
  );

  app.put(
    `${API}/rules/:id`,
    {
      config: { access: ['admin'], audit: 'rule.change' },
      schema: {
        tags,
        summary: 'Change a rule; with `ifVersion`, 409 where somebody has changed it since',
        params: S.IdParams,
        body: ChangedRule,
        response: answers(200, RuleJson),
      },
    },
    async (request) => {
      checkSeesAll(request, 'a rule');
      const { ifVersion, ...given } = request.body;
      const { id } = await ruleOf(request.params.id);
      return ruleJson(await store.rules.change(id, await checked(given), ifVersion));
    },
  );

  app.delete(
    `${API}/rules/:id`,
    {
      config: { access: ['admin'], audit: 'rule.remove' },
      schema: {
        tags,
        summary: 'Remove a rule; what it has told stays',
        params: S.IdParams,
        response: answers(204, NOTHING),
      },
    },
    async (request, reply) => {
      checkSeesAll(request, 'a rule');
      await store.rules.remove(request.params.id);
      return reply.code(204).send(null);
    },
  );

  app.get(
    `${API}/calendar`,
    {
      config: { access: ['read', 'people'] },
      schema: { tags, summary: 'Time zone and holidays of all hours', response: answers(200, CalendarJson) },
    },
    async () => {
      const { timeZone, holidays } = await store.rules.calendar();
      return { timeZone, holidays: holidays.map((holiday) => ({ ...holiday })) };
    },
  );

  app.put(
    `${API}/calendar`,
    {
      config: { access: ['admin'], audit: 'calendar.change' },
      schema: {
        tags,
        summary: 'Set time zone and holidays',
        body: CalendarJson,
        response: answers(200, CalendarJson),
      },
    },
    async (request) => {
      checkSeesAll(request, 'the calendar');
      const { timeZone, holidays } = request.body;
      checkTimeZone(timeZone);
      for (const { day } of holidays) checkDay(day);
      const calendar = { timeZone, holidays: holidays.toSorted((a, b) => (a.day < b.day ? -1 : 1)) };
      await store.rules.setCalendar(calendar);
      return calendar;
    },
  );

  async function ruleOf(id: string): Promise<Rule> {
    const rule = await store.rules.get(id);
    if (!rule) throw notFound('rule', id);
    return rule;
  }

  /** Whole, and about what is there. KithError `invalid`. */
  async function checked(given: NewRule): Promise<RuleDefinition> {
    const { name, on, persons = [], groups = [], cameras = [], zones = [], channels = [], actions = [] } = given;
    const { enabled = true, afterS = null, hours = null, cooldownS = 0, gatherS = 0 } = given;
    const waits = on.filter((event) => event === 'absent' || event === 'offline');
    if (waits.length > 0 && afterS === null) {
      throw new KithError('invalid', `After how long is it ${waits.join(' or ')}? Give "afterS" in seconds.`);
    }
    if (waits.length > 0 && zones.length > 0) {
      throw new KithError(
        'invalid',
        '"absent" and "offline" go by cameras, not by zones: make a rule of its own for the zones.',
      );
    }
    for (const id of persons) mustBe(await store.persons.get(id), 'person', id);
    const known = new Set((await store.cameras.list()).map((camera) => camera.id));
    for (const id of cameras) mustBe(known.has(id), 'camera', id);
    for (const id of channels) mustBe(await store.channels.get(id), 'channel', id);
    for (const id of actions) mustBe(await store.actions.get(id), 'action', id);
    return { name, enabled, on, persons, groups, cameras, zones, afterS, hours, cooldownS, gatherS, channels, actions };
  }
}

function mustBe(found: unknown, what: string, id: string): void {
  if (found) return;
  throw new KithError('invalid', `The rule names a ${what} ${JSON.stringify(id)} that is not there: leave it out.`);
}

function checkDay(day: string): void {
  const at = new Date(`${day}T00:00:00Z`);
  if (!Number.isNaN(at.getTime()) && at.toISOString().startsWith(day)) return;
  throw new KithError('invalid', `There is no day ${JSON.stringify(day)}: write it as 2026-12-25.`);
}
