/**
 * The way to one simulated platform: open, cut or silent, with the faults that were planned for a call.
 *
 * Whatever goes through it first lets the platform do what was due.
 */
import { type ErrorCode, OperationError } from '#core/errors.ts';
import { refuseInsideTransaction } from '#core/ports/inside-transaction.ts';
import type { LabMethod, PlannedFaults, TakenFaults } from './planned-faults.ts';

/** How a way is cut. `silence`: packets vanish, nothing ever answers. */
export const CUTS = [
  'not_reachable',
  'certificate_not_trusted',
  'login_refused',
  'silence',
] as const;
export type Cut = (typeof CUTS)[number];

export interface Gateway {
  /** Comes before each call. @throws OperationError `called_inside_transaction`, `cancelled`, the cut's code, or `no_answer` after a silence. */
  enter(method: LabMethod, signal: AbortSignal, vm?: string): Promise<TakenFaults>;
  /** Tells those who wait that the way is cut or the session over. The answer ends it. */
  onLost(listener: (error: OperationError) => void): () => void;
  cut(how: Cut): void;
  open(): void;
  /** Ends what waits now. */
  lose(code: ErrorCode): void;
}

export interface GatewayParts {
  readonly connectionId: string;
  readonly faults: PlannedFaults;
  settle(): void;
}

export function createGateway({ connectionId, faults, settle }: GatewayParts): Gateway {
  const listeners = new Set<(error: OperationError) => void>();
  let how: Cut | undefined;

  function lose(code: ErrorCode): void {
    const error = new OperationError(code, 'unknown', { connection: connectionId });
    for (const listener of [...listeners]) listener(error);
  }

  return {
    async enter(method, signal, vm) {
      refuseInsideTransaction(connectionId);
      throwIfAborted(signal, 'not_started');
      if (how === 'silence') await untilAborted(signal, connectionId);
      if (how !== undefined && how !== 'silence')
        throw new OperationError(how, 'not_started', { connection: connectionId });
      settle();
      const taken = faults.take(method, connectionId, vm);
      taken.others?.change();
      if (taken.refuse) throw new OperationError(taken.refuse.code, 'refused', vm ? { vm } : {});
      if (taken.drop?.when === 'before' && method !== 'follow') throw lostAnswer(connectionId);
      return taken;
    },
    onLost(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    cut(way) {
      how = way;
      if (way !== 'silence') lose(way);
    },
    open() {
      how = undefined;
    },
    lose,
  };
}

export function lostAnswer(connectionId: string): OperationError {
  return new OperationError('no_answer', 'unknown', { connection: connectionId });
}

export function throwIfAborted(signal: AbortSignal, end: 'not_started' | 'unknown'): void {
  if (signal.aborted) throw new OperationError('cancelled', end, {}, { cause: signal.reason });
}

function untilAborted(signal: AbortSignal, connectionId: string): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(lostAnswer(connectionId)), { once: true });
  });
}
