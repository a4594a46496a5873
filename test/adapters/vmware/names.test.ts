import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decodeName, encodeName } from '#adapters/vmware/names.ts';

describe('names of a vCenter', () => {
  it('B33 are decoded once, whatever the case of the escape', () => {
    assert.equal(decodeName('v910 10.33.156.0%2f24'), 'v910 10.33.156.0/24');
    assert.equal(decodeName('a%5Cb%2Fc'), 'a\\b/c');
    assert.equal(decodeName('50%252f'), '50%2f');
    assert.equal(decodeName('100%25 test'), '100% test');
  });

  it('B33 keep what is no escape of vCenter', () => {
    assert.equal(decodeName('R%26D 100% %zz  padded  '), 'R%26D 100% %zz  padded  ');
  });

  it('B33 come back as they were typed', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '%', '2', '5', 'f', 'c', '/', '\\') }),
        (name) => {
          assert.equal(decodeName(encodeName(name)), name);
        },
      ),
    );
  });
});
