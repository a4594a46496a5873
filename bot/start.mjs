#!/usr/bin/env node
// Plain JavaScript, so that a Node too old for TypeScript can still say what is missing.
// Drover needs Node 24: this one, or the one that its packages bring along.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import * as modules from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBundle } from './bundle/find-bundle.mjs';

const NEEDED = 24;
const here = dirname(fileURLToPath(import.meta.url));
/** @param {string} version */
const major = (version) => Number(version.split('.')[0]);

function findNode() {
  if (major(process.versions.node) >= NEEDED) return process.execPath;
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const file = process.platform === 'win32' ? 'node.exe' : join('bin', 'node');
  const brought = join(here, '..', 'node_modules', `node-${platform}-${process.arch}`, file);
  // As it calls itself: it runs this file too, and must know that it is the one.
  return existsSync(brought) ? realpathSync(brought) : undefined;
}

const node = findNode();
if (node === undefined) {
  process.stderr.write(
    `Drover needs Node ${NEEDED} or newer; this is ${process.versions.node}, and no package brings one for ${process.platform}-${process.arch}. Install Node ${NEEDED} from https://nodejs.org and try again.\n`,
  );
  process.exitCode = 2;
} else if (node === process.execPath) {
  // What was compiled once need not be at the next start. Beside the packages: who may write there may change the code
  // itself, unlike in a folder for all. Where nobody may write, nothing is kept.
  modules.enableCompileCache(join(here, '..', 'node_modules', '.cache', 'drover'));
  await import(findBundle() ?? './main.ts');
} else {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`Drover could not start ${node}: ${error.message}\n`);
    process.exitCode = 2;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal ? 1 : 0);
  });
}
