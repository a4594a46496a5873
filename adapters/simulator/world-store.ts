/**
 * The lab's own SQLite file. One process has it open; a second one is told so.
 *
 * An object that is no more keeps its row without a body, so that those who follow changes learn of it.
 */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { OperationError } from '#core/errors.ts';
import type { ObjectKind } from '#core/inventory/estate-object.ts';
import { isLive, type LabTask } from './task.ts';
import type { LabObject, LabPlatform } from './world-object.ts';

export interface ObjectRow {
  readonly connectionId: string;
  readonly change: number;
  readonly kind: ObjectKind;
  readonly handle: string;
  /** Absent: gone. */
  readonly object?: LabObject | undefined;
}

export interface WorldWrites {
  readonly platforms: readonly LabPlatform[];
  readonly objects: readonly ObjectRow[];
  readonly tasks: readonly LabTask[];
}

export interface WorldStore {
  loadPlatforms(): readonly LabPlatform[];
  loadObjects(): readonly ObjectRow[];
  /** All, or those that still go on. */
  loadTasks(which: 'all' | 'live'): readonly LabTask[];
  loadTask(id: string): LabTask | undefined;
  /** The highest number of a task. */
  newestTask(): number;
  /** One commit. */
  write(writes: WorldWrites): void;
  close(): void;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS platform (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS object (
    connection TEXT NOT NULL, handle TEXT NOT NULL, kind TEXT NOT NULL, change INTEGER NOT NULL, body TEXT,
    PRIMARY KEY (connection, kind, handle)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS task (number INTEGER PRIMARY KEY, live INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS task_live ON task (live) WHERE live = 1;
`;

/** @throws OperationError `storage_in_use` when another process has it, `storage_unfit` when it cannot be opened. */
export function openWorldStore(file: string): WorldStore {
  const db = openDatabase(file);
  const putPlatform = db.prepare(
    'INSERT INTO platform VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body',
  );
  const putObject = db.prepare('INSERT OR REPLACE INTO object VALUES (?, ?, ?, ?, ?)');
  const putTask = db.prepare('INSERT OR REPLACE INTO task VALUES (?, ?, ?)');
  const oneTask = db.prepare('SELECT body FROM task WHERE number = ?');

  return {
    loadPlatforms: () => readBodies(db, 'SELECT body FROM platform ORDER BY rowid'),
    loadObjects: () => readObjects(db),
    loadTasks: (which) =>
      readBodies(
        db,
        `SELECT body FROM task ${which === 'live' ? 'WHERE live = 1' : ''} ORDER BY number`,
      ),
    loadTask(id) {
      const row = oneTask.get(toNumber(id));
      return row && JSON.parse(String(row.body));
    },
    newestTask: () =>
      Number(db.prepare('SELECT max(number) AS newest FROM task').get()?.newest ?? 0),
    write(writes) {
      inOneCommit(db, () => {
        for (const it of writes.platforms) putPlatform.run(it.id, JSON.stringify(it));
        for (const it of writes.objects) putObject.run(...toObjectRow(it));
        for (const it of writes.tasks)
          putTask.run(toNumber(it.id), isLive(it) ? 1 : 0, JSON.stringify(it));
      });
    },
    close: () => db.close(),
  };
}

function openDatabase(file: string): DatabaseSync {
  try {
    const db = new DatabaseSync(file);
    db.exec(
      'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL',
    );
    db.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT`);
    return db;
  } catch (cause) {
    const isLocked = cause instanceof Error && 'errcode' in cause && cause.errcode === 5;
    const code = isLocked ? 'storage_in_use' : 'storage_unfit';
    throw new OperationError(code, 'not_started', { file }, { cause });
  }
}

function inOneCommit(db: DatabaseSync, work: () => void): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    work();
    db.exec('COMMIT');
  } catch (cause) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw cause;
  }
}

function readBodies<T>(db: DatabaseSync, sql: string): readonly T[] {
  return db
    .prepare(sql)
    .all()
    .map((row) => JSON.parse(String(row.body)));
}

function readObjects(db: DatabaseSync): readonly ObjectRow[] {
  return db
    .prepare('SELECT connection, handle, kind, change, body FROM object ORDER BY change')
    .all()
    .map((row) => ({
      connectionId: String(row.connection),
      handle: String(row.handle),
      kind: row.kind as ObjectKind,
      change: Number(row.change),
      object: row.body === null ? undefined : JSON.parse(String(row.body)),
    }));
}

function toObjectRow(row: ObjectRow): [string, string, string, number, SQLInputValue] {
  const body = row.object === undefined ? null : JSON.stringify(row.object);
  return [row.connectionId, row.handle, row.kind, row.change, body];
}

/** `task-17` is number 17. */
export function toNumber(id: string): number {
  return Number(id.slice(id.lastIndexOf('-') + 1));
}
