import { OperationError } from '#core/errors.ts';

/** @throws OperationError `time_limit_reached` (unknown) when it takes longer, `cancelled` (unknown) at the signal; what was begun may still end. */
export async function within<Value>(
  limitMs: number,
  work: Promise<Value>,
  signal?: AbortSignal,
): Promise<Value> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new OperationError('time_limit_reached', 'unknown', { limitMs }));
  }, limitMs);
  const cancel = () => late.reject(new OperationError('cancelled', 'unknown'));
  signal?.addEventListener('abort', cancel, { once: true });
  // Its end may come after nobody waits for it any more.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', cancel);
  }
}
