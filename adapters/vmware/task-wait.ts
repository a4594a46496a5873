/**
 * Waits for many tasks with one PropertyCollector: a filter a task, which goes with it, and one wait for all. Each time the
 * wait could have come to nothing they are also read outright: an update that never comes would be waited for until the
 * step's time limit, hours with a move.
 *
 * @see https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.Task.html
 */
import { setTimeout } from 'node:timers/promises';
import { OperationError } from '#core/errors.ts';
import type { TaskRef } from '#core/ports/connection.ts';
import { TaskProperties } from './deed-schema.ts';
import { type ObjectUpdate, openUpdateWait, type UpdateWait } from './estate/update-wait.ts';
import { toChangeError, toFaultError } from './faults.ts';
import { toFilterSpec } from './filter-spec.ts';
import { readExisting, toProperties } from './properties.ts';
import type { MoRef } from './schema.ts';
import { isSessionGone, type Login, type Session } from './session.ts';
import { PostError } from './soap/post.ts';
import { type SoapClient, VimFault } from './soap/soap-client.ts';

export interface Follower {
  readonly task: TaskRef;
  onProgress(percent: number): void;
  resolve(): void;
  reject(error: OperationError): void;
}

export interface TaskWait {
  add(follower: Follower): void;
  /** Stops waiting for it; the task goes on. */
  remove(follower: Follower): void;
}

interface Followed {
  /** One task may have several followers. */
  readonly followers: Set<Follower>;
  filter?: MoRef;
  /** Updates bring only what changed. */
  seen: Readonly<Record<string, unknown>>;
  progress?: number;
}

interface State {
  readonly soap: SoapClient;
  readonly session: Session;
  readonly waitSeconds: number;
  readonly tasks: Map<TaskRef, Followed>;
  wait?: UpdateWait;
  stop?: AbortController;
}

const WANTED = { Task: TaskProperties };
/** A task is not lost over one broken connection. */
const ATTEMPTS = 3;
const PAUSE_MS = 300;

export function createTaskWait(soap: SoapClient, session: Session, waitSeconds: number): TaskWait {
  const state: State = { soap, session, waitSeconds, tasks: new Map() };
  return {
    add: (follower) => {
      const known = state.tasks.get(follower.task);
      if (known) {
        known.followers.add(follower);
        return;
      }
      state.tasks.set(follower.task, { followers: new Set([follower]), seen: {} });
      start(state);
      if (state.wait) void addFilter(state, state.wait, follower.task);
    },
    remove: (follower) => {
      const known = state.tasks.get(follower.task);
      if (!known?.followers.delete(follower) || known.followers.size > 0) return;
      end(state, follower.task, () => undefined);
    },
  };
}

function start(state: State): void {
  if (state.stop) return;
  const stop = new AbortController();
  state.stop = stop;
  void run(state, stop.signal).finally(() => {
    delete state.stop;
    // One that came while the last wait was being taken down.
    if (state.tasks.size > 0) start(state);
  });
}

async function run(state: State, signal: AbortSignal): Promise<void> {
  for (let failures = 0; state.tasks.size > 0 && !signal.aborted; ) {
    try {
      await waitForAll(state, signal, () => {
        failures = 0;
      });
    } catch (error) {
      if (signal.aborted) return;
      const forgotten = findForgotten(error);
      if (forgotten !== undefined) forget(state, forgotten);
      else if (error instanceof PostError && ++failures < ATTEMPTS) await setTimeout(PAUSE_MS);
      else for (const task of [...state.tasks.keys()]) lose(state, task, error);
    }
  }
}

/** @param onAnswer the server answers again: only breaks in a row are too many */
async function waitForAll(state: State, signal: AbortSignal, onAnswer: () => void): Promise<void> {
  const { soap, session, waitSeconds, tasks } = state;
  await session.run(async (login) => {
    const wait = await openUpdateWait(soap, login, { wanted: WANTED, waitSeconds }, signal);
    state.wait = wait;
    for (const followed of tasks.values()) delete followed.filter;
    try {
      await Promise.all([...tasks.keys()].map((task) => addFilter(state, wait, task)));
      for (let readAt = performance.now(); tasks.size > 0; ) {
        for (const update of (await wait.next(signal)).objects) take(state, update);
        onAnswer();
        if (tasks.size === 0 || performance.now() - readAt < waitSeconds * 1000) continue;
        await readAll(state, login, signal);
        readAt = performance.now();
      }
    } finally {
      delete state.wait;
      await wait.end();
    }
  }, signal);
}

async function readAll(state: State, login: Login, signal: AbortSignal): Promise<void> {
  const refs = [...state.tasks.keys()].map((value) => ({ type: 'Task', value }));
  const read = await readExisting(state.soap, login, { wanted: WANTED, refs, signal });
  for (const content of read.contents) take(state, { ...content, kind: 'modify' });
  for (const { value } of read.gone) forget(state, value);
}

const FILTER_TIMEOUT_MS = 10_000;

async function addFilter(state: State, wait: UpdateWait, task: TaskRef): Promise<void> {
  try {
    const spec = toFilterSpec(WANTED, [{ object: { type: 'Task', value: task } }]);
    const filter = await wait.addFilter(spec, AbortSignal.timeout(FILTER_TIMEOUT_MS));
    const followed = state.tasks.get(task);
    // The next wait makes its own.
    if (state.wait !== wait) return;
    if (followed) followed.filter = filter;
    else await wait.removeFilter(filter, AbortSignal.timeout(FILTER_TIMEOUT_MS));
  } catch (error) {
    if (state.wait !== wait) return;
    if (findForgotten(error) !== undefined) forget(state, task);
    // A session that is gone is noticed, and mended, by the wait itself.
    else if (!isSessionGone(error)) lose(state, task, error);
  }
}

function take(state: State, update: ObjectUpdate): void {
  const task = update.obj.value;
  const followed = state.tasks.get(task);
  if (!followed) return;
  if (update.kind === 'leave') {
    forget(state, task);
    return;
  }
  followed.seen = { ...followed.seen, ...update.propSet };
  const content = { obj: update.obj, propSet: followed.seen };
  const { properties } = toProperties(TaskProperties, content);
  tellProgress(followed, properties['info.progress']);
  if (properties['info.state'] === 'success') end(state, task, ({ resolve }) => resolve());
  if (properties['info.state'] === 'error') {
    end(state, task, ({ reject }) => reject(toTaskError(properties, task)));
  }
}

function tellProgress(followed: Followed, progress: number | undefined): void {
  if (progress === undefined || progress === followed.progress) return;
  followed.progress = progress;
  for (const { onProgress } of followed.followers) onProgress(progress);
}

/** The platform's own word on how it ended; a fault that no table knows leaves the outcome unknown. */
function toTaskError(properties: Partial<TaskProperties>, task: TaskRef): OperationError {
  const said = properties['info.error'];
  const words = said?.localizedMessage ?? '';
  return toFaultError(new VimFault(said?.fault?._type ?? '', words, said?.fault?.obj), { task });
}

function end(state: State, task: TaskRef, tell: (follower: Follower) => void): void {
  const followed = state.tasks.get(task);
  if (!followed) return;
  state.tasks.delete(task);
  for (const follower of followed.followers) tell(follower);
  if (state.tasks.size === 0) {
    // The last one's filter goes with the collector.
    state.stop?.abort();
    return;
  }
  if (!followed.filter) return;
  const until = AbortSignal.timeout(FILTER_TIMEOUT_MS);
  void state.wait?.removeFilter(followed.filter, until).catch(() => undefined);
}

/** The platform does not know the task any more: its end cannot be learned. */
function forget(state: State, task: TaskRef): void {
  const error = new OperationError('answer_lost', 'unknown', { task });
  end(state, task, ({ reject }) => reject(error));
}

/** The wait came to nothing, the task may go on. */
function lose(state: State, task: TaskRef, cause: unknown): void {
  const { code, facts } = toChangeError(cause);
  const error = new OperationError(code, 'unknown', { ...facts, task }, { cause });
  end(state, task, ({ reject }) => reject(error));
}

function findForgotten(error: unknown): TaskRef | undefined {
  if (!(error instanceof VimFault) || error.type !== 'ManagedObjectNotFound') return undefined;
  return error.object?.type === 'Task' ? error.object.value : undefined;
}
