// A part of the panel that cannot be loaded: Kith was updated under an old tab (a reload brings the new one), or is away (then a reload
// would lose the page).

const KEY = 'kith-reloaded';
/** A second failure so soon is not cured by a third try. */
const AGAIN_MS = 30_000;

/** Browsers remember a part that could not be loaded as such: only a page that is loaded anew asks for it again. */
export class PartMissingError extends Error {}

/** What is wrong, in words; does not come back when the page is loaded anew. */
export async function partIsMissing(error: unknown, words: string): Promise<never> {
  if ((await kithAnswers()) && Date.now() - Number(sessionStorage.getItem(KEY) ?? 0) > AGAIN_MS) {
    sessionStorage.setItem(KEY, String(Date.now()));
    location.reload();
    return new Promise(() => {});
  }
  throw new PartMissingError(words, { cause: error });
}

async function kithAnswers(): Promise<boolean> {
  try {
    return (await fetch('/health', { cache: 'no-store' })).ok;
  } catch {
    return false;
  }
}
