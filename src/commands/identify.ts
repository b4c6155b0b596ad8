// `kith identify`, over the API.

import type { Client } from '../client.ts';
import { isKithError, KithError } from '../errors.ts';
import { EXIT, type Output } from './output.ts';
import { photoForm, readPicture } from './pictures.ts';

interface IdentifiedFace {
  readonly box: readonly number[];
  readonly person: { readonly name: string } | null;
  readonly distance: number | null;
  readonly margin: number | null;
  readonly decision: string;
  readonly nearest: Near | null;
  readonly runnerUp: Near | null;
  readonly candidates: readonly Near[] | null;
}

interface Near {
  readonly person: { readonly name: string };
  readonly distance: number | null;
}

/** Exit 0 when somebody is known or was seen before, 1 when nobody is. */
export async function identify(client: Client, files: readonly string[], output: Output): Promise<number> {
  const pictures: { file: string; faces: readonly IdentifiedFace[] }[] = [];
  for (const file of files) {
    const form = photoForm(await readPicture(file));
    try {
      const { faces } = await client.call<{ faces: readonly IdentifiedFace[] }>({
        method: 'POST',
        path: '/identify',
        form,
      });
      pictures.push({ file, faces });
    } catch (error) {
      if (!isKithError(error)) throw error;
      throw new KithError(error.code, `${file}: ${error.message}`, { cause: error });
    }
  }
  output.answer(pictures.length === 1 ? pictures[0] : { pictures }, () =>
    pictures.flatMap(({ file, faces }) => [
      `${file}  ${faces.length === 1 ? '1 face' : `${faces.length} faces`}`,
      ...faces.map((face) => `  ${sentence(face)}`),
    ]),
  );
  return pictures.some(({ faces }) => faces.some(({ person }) => person !== null)) ? EXIT.done : EXIT.no;
}

function sentence({ person, nearest, runnerUp, candidates }: IdentifiedFace): string {
  if (candidates) return `${candidates.map(shown).join(' or ')}? About equally near.`;
  const next = runnerUp ? `, then ${shown(runnerUp)}` : '';
  if (person) return `${nearest ? shown(nearest) : person.name}${next}`;
  return nearest ? `nobody known (nearest ${shown(nearest)}${next})` : 'nobody known';
}

function shown({ person, distance }: Near): string {
  return distance === null ? person.name : `${person.name} ${distance.toFixed(3)}`;
}
