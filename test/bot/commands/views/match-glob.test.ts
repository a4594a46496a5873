import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { matchGlob } from '#bot/commands/match-glob.ts';

describe('--match', () => {
  it('lesson S12: takes * for any letters and every other one for itself (B35)', () => {
    const matches: readonly [string, string][] = [
      ...([
        ['web-*', 'web-07'],
        ['*', ''],
        ['*-07', 'web-07'],
        ['w*b*7', 'web-07'],
      ] as const),
      ...([
        ['', ''],
        ['a*a', 'aa'],
        ['*a*b*', 'xaxbx'],
        ['[a-c]*', '[a-c]1'],
        ['(.+)+$', '(.+)+$'],
      ] as const),
    ].map(([pattern, name]) => [pattern, name]);
    const others: readonly [string, string][] = [
      ...([
        ['web', 'web-07'],
        ['web-*', 'WEB-07'],
        ['a*a', 'a'],
        ['T?st', 'Test'],
        ['[a-c]*', 'b'],
      ] as const),
      ...([
        ['*ab*ab*', 'ab'],
        ['.*', 'web'],
        ['a*b*b', 'ab'],
      ] as const),
    ].map(([pattern, name]) => [pattern, name]);

    for (const [pattern, name] of matches)
      assert.ok(matchGlob(pattern, name), `${pattern} ${name}`);
    for (const [pattern, name] of others)
      assert.ok(!matchGlob(pattern, name), `${pattern} ${name}`);
  });

  it('agrees with looking at every way to split the name', () => {
    const letters = fc.stringMatching(/^[ab*]{0,8}$/);
    fc.assert(
      fc.property(letters, letters, (pattern, text) => {
        const name = text.replaceAll('*', 'a');
        assert.equal(matchGlob(pattern, name), matchBySplits(pattern, name));
      }),
    );
  });
});

function matchBySplits(pattern: string, name: string): boolean {
  if (pattern === '') return name === '';
  const rest = pattern.slice(1);
  if (pattern[0] !== '*') return pattern[0] === name[0] && matchBySplits(rest, name.slice(1));
  return Array.from({ length: name.length + 1 }, (_, at) => name.slice(at)).some((tail) =>
    matchBySplits(rest, tail),
  );
}
