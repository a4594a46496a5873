/** Tokens in memory: Ann has `ann-1`. */
import type { TerminalTokens } from '#bot/links/terminal-tokens.ts';
import { OperationError } from '#core/errors.ts';

export interface FakeTokens extends TerminalTokens {
  readonly valid: Set<string>;
  /** Whether the directory cannot be reached. */
  isDown: boolean;
  refused: number;
  /** Resolves once the directory was asked for so many more people. */
  asked(times: number): Promise<void>;
}

export function createFakeTokens(): FakeTokens {
  const valid = new Set(['ann-1']);
  let onAsked = () => {};
  const fake: FakeTokens = {
    valid,
    isDown: false,
    refused: 0,
    asked(times) {
      const { promise, resolve } = Promise.withResolvers<void>();
      let left = times;
      onAsked = () => {
        left -= 1;
        if (left === 0) resolve();
      };
      return promise;
    },
    isValid: async (token) => valid.has(token),
    async findPerson(token) {
      onAsked();
      if (!valid.has(token)) return undefined;
      if (fake.isDown) throw new OperationError('directory_not_reachable', 'not_started');
      return { id: 'id-ann', login: 'ann', name: 'Ann Berg', state: 'active', groupIds: [] };
    },
    async noteRefused() {
      fake.refused += 1;
    },
    make: () => Promise.reject(new Error('not here')),
    revoke: () => Promise.reject(new Error('not here')),
    findExpiry: async () => undefined,
  };
  return fake;
}
