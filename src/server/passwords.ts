// Passwords: what is asked of them, and how they are kept and compared: argon2id, or scrypt where this Node has no argon2.

import { argon2, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { KithError } from '../errors.ts';

const LEAST = 10;
const MOST = 200;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** OWASP's: 19 MiB and two passes. */
const ARGON = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const SCRYPT = { ln: 15, r: 8, p: 3 } as const;
/** Each takes 20 MB or more and a thread of the pool, which files and pictures need too. */
const AT_ONCE = 2;
const MOST_WAITING = 100;

const hasArgon = typeof argon2 === 'function';

export interface Passwords {
  /** In the PHC format. KithError `unavailable` when too many wait. */
  hash(password: string): Promise<string>;
  /** Takes as long without a hash as with one, so that nobody learns which names there are. */
  verify(password: string, hash: string | null): Promise<boolean>;
}

export function createPasswords(mostWaiting = MOST_WAITING): Passwords {
  let running = 0;
  const waiting: (() => void)[] = [];
  let nobody: Promise<string> | undefined;

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= AT_ONCE) {
      if (waiting.length >= mostWaiting) {
        throw new KithError('unavailable', 'Too many people sign in at the same time: try again in a moment.');
      }
      await new Promise<void>((go) => waiting.push(go));
    } else {
      running++;
    }
    try {
      return await work();
    } finally {
      // Whoever waited longest takes the place over.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  }

  const hash = (password: string): Promise<string> => inTurn(() => makeHash(password));

  return {
    hash,
    async verify(password, kept) {
      // Not in turn: where too many wait, this must not be what is remembered. All wait for it, so that it tells nobody apart.
      nobody ??= makeHash(randomBytes(12).toString('hex')).catch((error: unknown) => {
        nobody = undefined;
        throw error;
      });
      const other = await nobody;
      const against = kept ?? other;
      const isRight = await inTurn(() => compare(password, against));
      return kept !== null && isRight;
    },
  };
}

function fold(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}

/** KithError `invalid` says what is wrong with it. */
export function checkPassword(password: string, name: string): void {
  const length = Array.from(password).length;
  if (length < LEAST) {
    throw new KithError('invalid', `The password has ${length} characters, at least ${LEAST} are needed.`);
  }
  if (length > MOST) throw new KithError('invalid', `The password is longer than ${MOST} characters: shorten it.`);
  if (fold(password) === fold(name)) {
    throw new KithError('invalid', 'The password is the name, which everybody tries first: choose another one.');
  }
}

/** Keyboards write the same letter in more than one way. */
function bytesOf(password: string): Buffer {
  return Buffer.from(password.normalize('NFKC'));
}

async function makeHash(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  if (hasArgon) {
    const { memory, passes, parallelism } = ARGON;
    const hash = await argon2id(bytesOf(password), salt, ARGON);
    return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${text(salt)}$${text(hash)}`;
  }
  const hash = await scrypted(bytesOf(password), salt, SCRYPT);
  return `$scrypt$ln=${SCRYPT.ln},r=${SCRYPT.r},p=${SCRYPT.p}$${text(salt)}$${text(hash)}`;
}

async function compare(password: string, kept: string): Promise<boolean> {
  const argon = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(kept);
  if (argon) {
    const [, memory, passes, parallelism, salt = '', hash = ''] = argon;
    const costs = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
    return isSame(await argon2id(bytesOf(password), Buffer.from(salt, 'base64'), costs), hash);
  }
  const other = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(kept);
  if (!other) throw new Error('A password is kept in a form that this program does not know.');
  const [, ln, r, p, salt = '', hash = ''] = other;
  const costs = { ln: Number(ln), r: Number(r), p: Number(p) };
  return isSame(await scrypted(bytesOf(password), Buffer.from(salt, 'base64'), costs), hash);
}

function isSame(made: Buffer, kept: string): boolean {
  const hash = Buffer.from(kept, 'base64');
  return hash.length === made.length && timingSafeEqual(hash, made);
}

type ArgonCosts = Readonly<Record<'memory' | 'passes' | 'parallelism', number>>;

function argon2id(message: Buffer, nonce: Buffer, costs: ArgonCosts): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    argon2('argon2id', { message, nonce, tagLength: HASH_BYTES, ...costs }, (error, hash) =>
      error ? reject(error) : resolve(hash),
    ),
  );
}

function scrypted(
  password: Buffer,
  salt: Buffer,
  { ln, r, p }: Readonly<Record<'ln' | 'r' | 'p', number>>,
): Promise<Buffer> {
  const N = 2 ** ln;
  return new Promise((resolve, reject) =>
    scrypt(password, salt, HASH_BYTES, { N, r, p, maxmem: 256 * N * r }, (error, hash) =>
      error ? reject(error) : resolve(hash),
    ),
  );
}

/** Base64 without padding, as the format has it. */
function text(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
