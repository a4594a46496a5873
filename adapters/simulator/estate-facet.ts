/** The lab's estate as a client reads and follows it. */
import { setImmediate } from 'node:timers/promises';
import { OperationError } from '#core/errors.ts';
import type { EstateChange, EstateFacet, EstateMark } from '#core/ports/connection.ts';
import type { Gateway } from './gateway.ts';
import type { World } from './world.ts';
import { toObserved } from './world-object.ts';
import type { ObjectRow } from './world-store.ts';

const PAGE_OBJECTS = 500;

export function createEstateFacet(
  connectionId: string,
  world: World,
  gateway: Gateway,
): EstateFacet {
  const toMark = (change: number): EstateMark =>
    `${world.view(connectionId).platform.epoch}.${change}`;

  return {
    async identify(signal) {
      await gateway.enter('identify', signal);
      const { identity, product } = world.view(connectionId).platform;
      return { identity, product, eventNumber: world.newestChange() };
    },
    async snapshot(onPage, signal) {
      await gateway.enter('snapshot', signal);
      const mark = toMark(world.newestChange());
      const rows = world.rowsSince(connectionId, 0).filter((row) => row.object);
      for (let at = 0; at < rows.length; at += PAGE_OBJECTS) {
        if (at > 0) {
          // A platform's pages come over a network, which lets others run in between.
          await setImmediate();
          await gateway.enter('snapshot', signal);
        }
        const page = rows.slice(at, at + PAGE_OBJECTS);
        await onPage(page.flatMap((row) => (row.object ? [toObserved(row.object)] : [])));
      }
      return mark;
    },
    async changes(mark, onChanges, signal) {
      if (signal.aborted) return;
      await gateway.enter('changes', signal);
      const since = readMark(mark, world, connectionId);
      await passOn({ connectionId, world, gateway, since, onChanges, signal });
    },
    async read({ kind, handle }, signal) {
      await gateway.enter('read', signal);
      const object = world.view(connectionId).get(kind, handle);
      return object && toObserved(object);
    },
  };
}

function readMark(mark: EstateMark, world: World, connectionId: string): number {
  const [epoch, change] = mark.split('.').map(Number);
  const isOurs = epoch === world.view(connectionId).platform.epoch && Number.isInteger(change);
  if (!isOurs || (change ?? 0) > world.newestChange())
    throw new OperationError('session_lost', 'not_started', { connection: connectionId });
  return change ?? 0;
}

interface Following {
  readonly connectionId: string;
  readonly world: World;
  readonly gateway: Gateway;
  readonly since: number;
  readonly signal: AbortSignal;
  onChanges(changes: readonly EstateChange[]): Promise<void>;
}

/** While a batch is being taken in, what comes is put together: of each object the newest alone. */
async function passOn(following: Following): Promise<void> {
  const { connectionId, world, gateway, since, onChanges, signal } = following;
  const waiting = new Map<string, ObjectRow>();
  let wake = () => {};
  let lost: OperationError | undefined;
  const take = (rows: readonly ObjectRow[]) => {
    for (const row of rows) waiting.set(`${row.kind} ${row.handle}`, row);
    wake();
  };
  const ends = [
    world.onCommit((id, rows) => id === connectionId && take(rows)),
    gateway.onLost((error) => {
      lost = error;
      wake();
    }),
  ];
  signal.addEventListener('abort', () => wake(), { once: true });
  take(world.rowsSince(connectionId, since));
  try {
    while (!signal.aborted && !lost) {
      const rows = [...waiting.values()].slice(0, PAGE_OBJECTS);
      for (const row of rows) waiting.delete(`${row.kind} ${row.handle}`);
      if (rows.length > 0) await onChanges(rows.map(toChange));
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    for (const end of ends) end();
  }
  if (lost && !signal.aborted) throw lost;
}

function toChange({ kind, handle, object }: ObjectRow): EstateChange {
  return object ? { change: 'seen', object: toObserved(object) } : { change: 'gone', kind, handle };
}
