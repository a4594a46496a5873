/** Where a loop stands still: in a pause or in its wait for changes. A test sees it arrive and lets it go on. */
export interface Rest {
  wait(where: string, signal: AbortSignal): Promise<void>;
  /** Resolves once the loop stands still, with where. */
  arrived(): Promise<string>;
  /** Lets it go on, with an error if one is given. */
  goOn(error?: Error): void;
}

export function createRest(): Rest {
  let arrival = Promise.withResolvers<string>();
  let leave: (error?: Error) => void = () => undefined;
  return {
    async wait(where, signal) {
      if (signal.aborted) return;
      const stay = Promise.withResolvers<void>();
      leave = (error) => (error ? stay.reject(error) : stay.resolve());
      signal.addEventListener('abort', () => stay.resolve(), { once: true });
      arrival.resolve(where);
      await stay.promise;
    },
    arrived: () => arrival.promise,
    goOn(error) {
      arrival = Promise.withResolvers();
      leave(error);
    },
  };
}
