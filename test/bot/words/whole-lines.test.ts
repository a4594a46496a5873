/** A remedy is a line to copy: a command for one VM names that VM. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ERROR_WORDS } from '#bot/words/en/error-words.ts';
import { PLAN_WORDS } from '#bot/words/en/plan-words.ts';

const VM = 'my app';
const POWERS = ['on', 'off', 'suspended', 'paused'];

/** Any fact is there; what is a list or a number by its name is one. */
function makeFacts(power: string): never {
  const get = (_: object, key: string | symbol) => {
    if (key === 'vm') return VM;
    if (key === 'power') return power;
    if (key === 'vms' || key === 'rest') return [VM];
    return /Bytes$|^count$/.test(String(key)) ? 2 ** 30 : 'R-1';
  };
  return new Proxy({}, { get }) as never;
}

/** A line for lists, and one that a place of files is told of, are about no VM. */
const NEEDS_NAME = /\bvm (?!list\b|create\b|maintenance\b|disk\b|network\b)[a-z]+\b(?! "my app")/;

describe('words of what can be done next', () => {
  const tables = Object.entries({ plan: PLAN_WORDS, error: ERROR_WORDS });
  for (const [name, table] of tables) {
    it(`of a ${name} name the VM in every line for one`, () => {
      for (const [code, toWords] of Object.entries(table))
        for (const power of POWERS)
          assert.doesNotMatch(toWords(makeFacts(power)), NEEDS_NAME, code);
    });
  }

  it('name a VM with spaces in quotes, as it has to be typed', () => {
    assert.equal(
      PLAN_WORDS.vm_must_be_off({ vm: VM, power: 'on' }),
      'my app must be off first: vm shutdown "my app"',
    );
    assert.match(ERROR_WORDS.guest_did_not_shut_down({ vm: VM }), /vm stop "my app" powers it off/);
    assert.match(ERROR_WORDS.guest_did_not_shut_down({}), /did not\. vm stop powers it off/);
  });
});
