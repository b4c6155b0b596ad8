// Before each file of tests: sources are stripped of their types and compiled once, not once a file. Worker threads and child processes
// read it from the environment.

import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';

process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '..', 'node_modules', '.cache', 'kith', 'code');
enableCompileCache(process.env.NODE_COMPILE_CACHE);
