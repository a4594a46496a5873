/** What an operator is told of a `drover.yaml` that is refused: a line a fault, none where it is taken. */
import assert from 'node:assert/strict';
import { ConfigRefused } from '#bot/config/config-fault.ts';
import { loadConfig } from '#bot/config.ts';

export function linesOf(
  text: string,
  readBeside?: (path: string) => string,
  there = 'hunter2-hunter2',
): readonly string[] {
  const secrets = {
    env: { THERE: there },
    readFile: (path: string) => assert.fail(`${path} was read`),
    ...(readBeside && { readBeside }),
  };
  try {
    loadConfig({ name: 'drover.yaml', text }, secrets);
  } catch (error) {
    assert.ok(error instanceof ConfigRefused, String(error));
    return error.message.split('\n').slice(1);
  }
  return [];
}
