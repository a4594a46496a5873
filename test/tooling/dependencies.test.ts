/** Packages that must not come in, whoever brings them, and the least version where an older one lets people in. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

const lock = new URL('../../package-lock.json', import.meta.url);
const { packages } = JSON.parse(readFileSync(lock, 'utf8')) as {
  packages: Readonly<Record<string, { readonly version?: string }>>;
};

/** Every copy of a package, nested ones too. */
function versionsOf(name: string): readonly string[] {
  return Object.entries(packages)
    .filter(([path]) => path.endsWith(`node_modules/${name}`))
    .map(([, { version = '' }]) => version);
}

function isAtLeast(version: string, least: readonly number[]): boolean {
  const parts = version.split('.').map((part) => Number.parseInt(part, 10));
  const at = least.findIndex((number, index) => parts[index] !== number);
  return at < 0 || (parts[at] ?? 0) > (least[at] ?? 0);
}

describe('what is installed', () => {
  it('lesson S16: speaks LDAP by ldapts alone; its forerunners are given up', () => {
    assert.ok(versionsOf('ldapts').length > 0);
    for (const given of ['ldapjs', 'activedirectory', 'activedirectory2'])
      assert.deepEqual(versionsOf(given), [], given);
  });

  it('lesson S1: has no Bolt that takes unsigned requests', () => {
    const found = versionsOf('@slack/bolt');

    assert.ok(found.length > 0);
    assert.deepEqual(
      found.filter((version) => !isAtLeast(version, [4, 7, 3])),
      [],
    );
  });
});
