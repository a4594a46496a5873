/**
 * A number of places, and who waits for one: first come, first served.
 */
import { RemoteError } from '../remote-scripts.ts';

export interface Turns {
  /** @throws RemoteError `late`, `aborted`: nothing was sent. */
  take(timeoutMs: number, signal: AbortSignal): Promise<Disposable>;
}

/** Over all hosts: sockets, memory and the event loop are shared. */
export const TURNS_IN_ALL = 64;
/** A handshake and a login are some milliseconds of reckoning in one piece: 64 at once would be one long stall. */
const OPENINGS_AT_ONCE = 6;

export interface TurnsInAll {
  readonly runs: Turns;
  /** For opening a connection, until the host knows who asks. */
  readonly openings: Turns;
}

/** One for all hosts of all connections. */
export function createTurnsInAll(runs = TURNS_IN_ALL): TurnsInAll {
  return { runs: createTurns(runs), openings: createTurns(OPENINGS_AT_ONCE) };
}

export function createTurns(places: number): Turns {
  let free = places;
  const waiting = new Set<(turn: Disposable) => void>();

  const toTurn = (): Disposable => {
    let isOver = false;
    return {
      [Symbol.dispose]: () => {
        if (isOver) return;
        isOver = true;
        const [next] = waiting;
        if (!next) {
          free += 1;
          return;
        }
        waiting.delete(next); // now, not a tick later: the next turn is another's
        next(toTurn());
      },
    };
  };
  return {
    take: async (timeoutMs, signal) => {
      if (signal.aborted) throw new RemoteError('aborted', 'not_started', 'aborted');
      if (free > 0) {
        free -= 1;
        return toTurn();
      }
      return await queue(waiting, timeoutMs, signal);
    },
  };
}

function queue(
  waiting: Set<(turn: Disposable) => void>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Disposable> {
  const { promise, resolve, reject } = Promise.withResolvers<Disposable>();
  waiting.add(resolve);
  const leave = (error: RemoteError) => {
    waiting.delete(resolve);
    reject(error);
  };
  const abort = () => leave(new RemoteError('aborted', 'not_started', 'aborted'));
  const timer = setTimeout(() => {
    leave(new RemoteError('late', 'not_started', `no turn within ${timeoutMs} ms`));
  }, timeoutMs);
  signal.addEventListener('abort', abort);
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  });
}
