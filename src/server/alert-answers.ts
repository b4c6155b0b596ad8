// Answers to an alert: whose face it is, who shall not be asked about, which door is opened. By the same functions as in the panel; the
// same answer given again changes nothing.

import type { FastifyRequest } from 'fastify';
import type { Alert, AlertSighting } from '../alert-port.ts';
import type { AnswerKind } from '../channel-port.ts';
import type { Detection, Person } from '../domain.ts';
import { isKithError, KithError } from '../errors.ts';
import type { Actor } from '../identity-port.ts';
import { everything } from '../queries.ts';
import { maySeeAction } from './action-routes.ts';
import { camerasOf, checkCamera, checkSeesAll, checkTouched, maySee } from './auth.ts';
import { actorOf, loaded, notFound, type Context } from './context.ts';
import { createDetectionActions } from './detection-actions.ts';
import { lookBackFor } from './look-back.ts';
import { personInForce } from './people-in-force.ts';
import { personNamed } from './person-named.ts';

export interface Answer {
  readonly answer: AnswerKind;
  readonly personId?: string;
  readonly name?: string;
  readonly actionId?: string;
  readonly minutes?: number;
  /** Which sighting is meant, of an alert that tells of several people. */
  readonly detectionId?: string;
}

export interface AlertAnswers {
  /** Answers the alert as it is then. KithErrors say why nothing was done. */
  give(request: FastifyRequest, alertId: string, answer: Answer): Promise<Alert>;
}

/** All that is known when an answer is carried out. */
interface Asked {
  readonly request: FastifyRequest;
  readonly alert: Alert;
  readonly answer: Answer;
  readonly actor: Actor;
}

/** Whose face is meant, as the log has it now. */
interface Meant {
  readonly sighting: AlertSighting;
  /** Of the visit that it belongs to now, or of the track of somebody undecided. */
  readonly detections: readonly Detection[];
  readonly personId: string | null;
}

const MINUTE_MS = 60_000;
const SNOOZED_MINUTES = 60;

export function createAlertAnswers(context: Context): AlertAnswers {
  const { ports } = context;
  const { store, clock } = ports;
  const actions = createDetectionActions(context);
  /** One answer to an alert after the other: a button that is pressed twice sends two at once. */
  const running = new Map<string, Promise<unknown>>();

  async function carryOut(request: FastifyRequest, alertId: string, answer: Answer): Promise<Alert> {
    const alert = await store.alerts.get(alertId);
    const sightings = alert?.sightings.filter(({ cameraId }) => maySee(request, cameraId)) ?? [];
    if (!alert || !mayAnswer(request, alert, sightings)) {
      const message = `There is no alert ${JSON.stringify(alertId)}: what it told of may have been erased.`;
      throw new KithError('not_found', message);
    }
    const asked = { request, alert: { ...alert, sightings }, answer, actor: actorOf(request) };
    await DO[answer.answer](asked);
    return (await store.alerts.get(alertId)) ?? alert;
  }

  const DO: Readonly<Record<AnswerKind, (asked: Asked) => Promise<void>>> = {
    async is(asked) {
      const target = await targetOf(asked);
      const meant = await meantBy(asked);
      if (isSettled(meant, target.id)) return;
      await actions.move({ detections: meant.detections, actor: asked.actor }, target.id);
    },

    async new(asked) {
      const { answer, actor, request } = asked;
      const name = answer.name?.trim() ?? '';
      if (name === '') throw new KithError('invalid', 'Somebody new needs a name: give "name".');
      const meant = await meantBy(asked);
      const taken = await personNamed(store, name);
      if (taken && isSettled(meant, taken.id)) return;
      loaded(ports.reconsider);
      const person = meant.personId === null ? null : await personInForce(store, meant.personId, camerasOf(request));
      if (person?.kind === 'unknown') {
        await store.persons.change(person.id, { name }, { actor });
        await lookBackFor(ports, person.id, actor);
      } else await nameAnew(meant.detections, name, actor);
    },

    async merge(asked) {
      const { request, actor } = asked;
      const target = await targetOf(asked);
      const { personId } = await meantBy(asked);
      if (personId === target.id) return;
      if (personId === null) throw nobody('merge');
      const from = await personInForce(store, personId);
      if (from.kind === 'known') {
        const message = `${JSON.stringify(from.name)} is a known person: say "is" where only this visit is ${JSON.stringify(target.name)}, or merge them in the panel.`;
        throw new KithError('conflict', message);
      }
      if (camerasOf(request) !== null) checkTouched(request, await store.touched.byPerson(from.id), 'Merging her');
      await store.identity.merge(from.id, target.id, { actor, visitGapMs: ports.visitGapMs });
    },

    async not_her(asked) {
      const meant = await meantBy(asked);
      const { sighting, detections, personId } = meant;
      const whom = asked.answer.personId ?? sighting.personId;
      // Whom the message named; somebody who was merged since is who she is now.
      const named = whom === null ? personId : ((await store.persons.get(whom))?.mergedInto ?? whom);
      if (named === null) throw nobody('say that it is not her');
      // Somebody has said so already, or it is somebody else by now.
      if (personId !== named) return;
      await actions.notHer({ detections, actor: asked.actor }, named);
    },

    async ignore(asked) {
      const { personId } = await meantBy(asked);
      if (personId === null) throw nobody('ignore');
      const person = await personInForce(store, personId, camerasOf(asked.request));
      if (person.ignored) return;
      await store.persons.change(person.id, { ignored: true }, { actor: asked.actor });
    },

    async open(asked) {
      const { request, alert, answer, actor } = asked;
      const all = await store.actions.list();
      // The same as by hand: those of her cameras.
      const doors = all.filter((one) => one.enabled && one.access !== null && maySeeAction(request, one));
      const door = answer.actionId === undefined ? doors[0] : doors.find(({ id }) => id === answer.actionId);
      if (answer.actionId === undefined && doors.length > 1) {
        const names = doors.map(({ name, id }) => `${name} (${id})`).join(', ');
        throw new KithError('invalid', `Which door? Give "actionId": ${names}.`);
      }
      if (!door) {
        if (answer.actionId !== undefined) throw notFound('door', answer.actionId);
        throw new KithError('not_found', 'There is no door that you may open: administrators add doors under "Doors".');
      }
      const first = alert.sightings.find(({ detectionId }) => detectionId === answer.detectionId) ?? alert.sightings[0];
      const detection = first ? await store.detections.get(first.detectionId) : null;
      // Null where the same was asked a moment ago. What became of it is noted at the alert by whoever opens it.
      await store.actions.ask(
        {
          actionId: door.id,
          cause: 'answer',
          by: actor.name,
          visitId: detection?.visitId ?? null,
          personId: detection?.personId ?? null,
          detectionId: detection?.id ?? null,
          cameraId: first?.cameraId ?? alert.cameraId,
          alertId: alert.id,
        },
        clock(),
      );
    },

    async snooze(asked) {
      const { request, alert, answer, actor } = asked;
      const minutes = answer.minutes ?? SNOOZED_MINUTES;
      const until = clock() + minutes * MINUTE_MS;
      const personId = (await toldOf(asked)) ?? alert.personId;
      const cameraId = personId === null || camerasOf(request) !== null ? alert.cameraId : null;
      if (cameraId === null) checkSeesAll(request, 'this');
      else checkCamera(request, cameraId);
      const same = (await store.rules.snoozes(clock())).find(
        (one) => one.ruleId === alert.ruleId && one.personId === personId && one.cameraId === cameraId,
      );
      if (same && same.until >= until - MINUTE_MS) return;
      // A rule that is gone tells nothing any more.
      if (!(await store.rules.get(alert.ruleId)))
        throw new KithError('conflict', 'The rule of this alert was removed.');
      await store.rules.snooze({ ruleId: alert.ruleId, personId, cameraId, until, by: actor.name });
      const person = personId === null ? null : await store.persons.get(personId);
      const text = `No messages of this rule${person ? ` about ${person.name}` : ''} for ${minutes} minutes`;
      await store.alerts.note(alert.id, { at: clock(), by: actor.name, text });
    },
  };

  /** Whom "is" and "merge" name. */
  async function targetOf({ answer, request }: Asked): Promise<Person> {
    const { personId, name } = answer;
    if (personId !== undefined) return personInForce(store, personId, camerasOf(request));
    if (name === undefined)
      throw new KithError('invalid', 'Whom do you mean? Give "personId", or the "name" of somebody known.');
    const person = await personNamed(store, name);
    if (!person) {
      throw new KithError('not_found', `Nobody is called ${JSON.stringify(name)}: answer "new" for somebody new.`);
    }
    return person;
  }

  /** KithError `conflict` where the alert tells of nobody, of several people, or of what was taken out of the log. */
  async function meantBy({ alert, answer, request }: Asked): Promise<Meant> {
    const { sightings } = alert;
    const chosen =
      answer.detectionId === undefined ? sightings : sightings.filter((one) => one.detectionId === answer.detectionId);
    const [sighting] = chosen;
    if (!sighting) {
      if (answer.detectionId !== undefined) throw notFound('sighting in this alert', answer.detectionId);
      throw new KithError('conflict', 'This alert tells of nobody, so there is nothing to say about a face.');
    }
    const found = await actions.find(chosen.map(({ detectionId }) => detectionId));
    const persons = new Set(found.map((one) => one.personId ?? `nobody ${one.trackId ?? one.id}`));
    if (persons.size > 1) {
      const message = `This alert tells of ${persons.size} people: say with "detectionId" which one is meant, or answer in the panel.`;
      throw new KithError('conflict', message);
    }
    const detections = await together(found);
    for (const { cameraId } of detections) checkCamera(request, cameraId);
    return { sighting, detections, personId: found[0]?.personId ?? null };
  }

  /** Of whom an alert tells; null: of nobody, of several people, or of what is gone. */
  async function toldOf(asked: Asked): Promise<string | null> {
    if (asked.alert.sightings.length === 0) return null;
    try {
      return (await meantBy(asked)).personId;
    } catch (error) {
      if (isKithError(error)) return null;
      throw error;
    }
  }

  /** The visits that they belong to now, whatever was merged or taken apart since; of somebody undecided the track. */
  async function together(found: readonly Detection[]): Promise<readonly Detection[]> {
    const all = new Map(found.map((one) => [one.id, one]));
    for (const visitId of new Set(found.flatMap((one) => one.visitId ?? []))) {
      for (const one of await everything((page) => store.detections.list({ visitId }, page))) all.set(one.id, one);
    }
    for (const { personId, cameraId, trackId } of found) {
      if (personId !== null || trackId === null) continue;
      const track = await everything((page) => store.detections.list({ state: 'classified', cameraId, trackId }, page));
      for (const one of track) if (one.personId === null) all.set(one.id, one);
    }
    return [...all.values()];
  }

  /** A person of their own, with this name; nothing where it is taken. */
  async function nameAnew(detections: readonly Detection[], name: string, actor: Actor): Promise<void> {
    const [entry] = await actions.move({ detections, actor }, null);
    const id = (await store.detections.get(detections[0]?.id ?? ''))?.personId;
    if (!entry || !id) throw new KithError('conflict', 'The sightings changed hands meanwhile: look again.');
    await store.identity.name(id, name, actor).catch(async (error: unknown) => {
      await store.identity.undo(entry.seq, { actor, visitGapMs: ports.visitGapMs });
      throw error;
    });
    await lookBackFor(ports, id, actor);
  }

  return {
    async give(request, alertId, answer) {
      const before = running.get(alertId);
      const done = (async () => {
        await before?.catch(() => undefined);
        return carryOut(request, alertId, answer);
      })();
      running.set(alertId, done);
      try {
        return await done;
      } finally {
        if (running.get(alertId) === done) running.delete(alertId);
      }
    },
  };
}

function mayAnswer(request: FastifyRequest, alert: Alert, seen: readonly AlertSighting[]): boolean {
  if (camerasOf(request) === null || seen.length > 0) return true;
  return alert.sightings.length === 0 && alert.cameraId !== null && maySee(request, alert.cameraId);
}

/** A human has said so. */
function isSettled({ detections }: Meant, personId: string): boolean {
  return detections.every((one) => one.personId === personId && one.decidedBy === 'human');
}

function nobody(what: string): KithError {
  return new KithError('conflict', `It is nobody so far, so there is nobody to ${what}: answer "is" or "new".`);
}
