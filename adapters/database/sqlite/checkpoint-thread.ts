/**
 * Carries committed pages from the log into the database file, in a thread: its waits for the disk keep nobody.
 *
 * One that fails loses nothing, and the next one tries again: so does SQLite's own at a commit. Where a disk is full, the
 * commit says so that finds no room for its log.
 */
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

const file = pathToFileURL(workerData as string);
// Makes no file where it is gone or was moved.
file.searchParams.set('mode', 'rw');
const database = new DatabaseSync(file, { timeout: 0 });
// Passive: it waits for no reader and no writer, and carries what it can.
const checkpoint = database.prepare('pragma wal_checkpoint(passive)');

function carry(): void {
  try {
    checkpoint.get();
  } catch {
    // Nothing is lost, as said above: what was not carried stands in the log.
  }
  parentPort?.postMessage('idle');
}

parentPort?.on('message', (order: 'carry' | 'close') => {
  if (order === 'carry') return carry();
  database.close();
  parentPort?.close();
});
parentPort?.postMessage('idle');
