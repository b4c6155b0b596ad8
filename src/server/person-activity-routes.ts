// When and where a person was seen, and who could be taken for her.

import { Type } from 'typebox';
import type { Candidate, Person } from '../domain.ts';
import type { FastifyRequest } from 'fastify';
import { camerasOf } from './auth.ts';
import { loaded, notFound, type App, type Context } from './context.ts';
import { API, personJson } from './json.ts';
import { ActivityJson, ConfusableJson } from './people-schemas.ts';
import { answers } from './route-schemas.ts';
import * as S from './schemas.ts';

const tags = ['persons'];
const DEFAULT_DAYS = 90;
const DAY_MS = 86_400_000;
/** So many of her photos are compared, and so many others answered. */
const MOST_PHOTOS = 30;
const MOST_OTHERS = 6;
/** A little above the threshold is still near. */
const NEAR = 1.15;

const Range = S.Exact({
  from: Type.Optional(S.Time),
  to: Type.Optional(S.Time),
  zone: Type.Optional(
    Type.String({ minLength: 1, maxLength: 100, default: 'UTC', description: 'an IANA time zone: Europe/Berlin' }),
  ),
});

export function personActivityRoutes(app: App, { ports }: Context): void {
  const { store } = ports;

  app.get(
    `${API}/persons/:id/activity`,
    {
      config: { access: ['read', 'people'], audit: 'person.activity' },
      schema: {
        tags,
        summary: `When and where: visits that began between \`from\` and \`to\` (default: the last ${DEFAULT_DAYS} days, at most 400)`,
        params: S.IdParams,
        querystring: Range,
        response: answers(200, ActivityJson),
      },
    },
    async (request) => {
      const { id } = await find(request);
      const { zone = 'UTC' } = request.query;
      const to = request.query.to === undefined ? ports.clock() : Date.parse(request.query.to);
      const from = request.query.from === undefined ? to - DEFAULT_DAYS * DAY_MS : Date.parse(request.query.from);
      const cameras = camerasOf(request);
      const activity = await store.activity.ofPerson(id, { from, to, zone, cameras });
      return {
        from: iso(from),
        to: iso(to),
        zone,
        visits: activity.visits,
        detections: activity.detections,
        firstSeenAt: activity.firstSeenAt === null ? null : iso(activity.firstSeenAt),
        lastSeenAt: activity.lastSeenAt === null ? null : iso(activity.lastSeenAt),
        week: activity.week.map((hours) => [...hours]),
        days: activity.days.map((day) => ({ ...day })),
        cameras: activity.cameras.map(({ cameraId, visits, lastAt }) => ({
          camera: cameraId,
          visits,
          lastAt: iso(lastAt),
        })),
      };
    },
  );

  app.get(
    `${API}/persons/:id/confusable`,
    {
      config: { access: ['read', 'people'] },
      schema: {
        tags,
        summary: 'The others who are nearest to her by the gallery, and what would help',
        params: S.IdParams,
        response: answers(200, ConfusableJson),
      },
    },
    async (request) => {
      const her = await find(request);
      const gallery = loaded(ports.gallery);
      await gallery.sync();
      const { threshold } = gallery.calibration;
      const nearest = new Map<string, Candidate & { readonly own: string }>();
      for (const { referenceId, vector } of gallery.templatesOf(her.id).slice(0, MOST_PHOTOS)) {
        for (const candidate of gallery.search(vector, MOST_OTHERS, new Set([her.id]))) {
          const known = nearest.get(candidate.personId);
          if (known && known.distance <= candidate.distance) continue;
          nearest.set(candidate.personId, { ...candidate, own: referenceId });
        }
      }
      const items = [];
      for (const { personId, distance, referenceId, own } of [...nearest.values()].toSorted(
        (a, b) => a.distance - b.distance,
      )) {
        if (items.length === MOST_OTHERS) break;
        // Gone since the search, or none of the caller's business.
        const other = await store.persons.get(personId, camerasOf(request));
        if (!other || other.mergedInto !== null) continue;
        const { id, name, kind, picture } = personJson(other);
        items.push({
          person: { id, name, kind, picture },
          distance: Math.round(distance * 1e4) / 1e4,
          reference: own,
          referencePicture: pictureOf(own),
          otherPicture: pictureOf(referenceId),
          advice: adviceOf(her, other, distance, threshold),
        });
      }
      return { threshold, items };
    },
  );

  async function find(request: FastifyRequest<{ Params: { id: string } }>): Promise<Person> {
    const person = await store.persons.get(request.params.id, camerasOf(request));
    if (!person) throw notFound('person', request.params.id);
    return person;
  }
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function pictureOf(referenceId: string): string {
  return `${API}/references/${encodeURIComponent(referenceId)}/picture`;
}

function adviceOf(her: Person, other: Person, distance: number, threshold: number) {
  if (distance >= threshold * NEAR) return 'none' as const;
  if (distance >= threshold) return 'photo' as const;
  return her.kind === 'known' && other.kind === 'known' ? ('check' as const) : ('merge' as const);
}
