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
  readonly runnerUp: { readonly person: { readonly name: string }; readonly distance: number } | null;
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

function sentence({ person, distance, runnerUp }: IdentifiedFace): string {
  const far = distance === null ? '' : `  distance ${distance.toFixed(3)}`;
  const next = runnerUp ? `, then ${runnerUp.person.name} ${runnerUp.distance.toFixed(3)}` : '';
  return person ? `${person.name}${far}${next}` : `nobody known${far === '' ? '' : ` (nearest${far})`}`;
}
