/** What rules do to a plan of moves. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { host, plan, rule, say, stayer, vm } from './move-problems.ts';

describe('rules in a plan of moves', () => {
  it('keep apart what must be apart, and name the rule when that leaves one', () => {
    const hosts = [host('a', 40), host('b', 0), host('c', 80)];
    const rules = [rule('apart', true, 'v1', 'v2')];

    assert.deepEqual(say(plan({ hosts, vms: [vm('v1', 5), vm('v2', 5)], rules })).sort(), [
      'v1 to b',
      'v2 to c',
    ]);
    const { left } = plan({ hosts, vms: [vm('v1', 20), vm('v2', 20)], rules });
    assert.deepEqual(left, [{ vmId: 'v2', why: 'rule', rule: 'apart v1 v2' }]);
  });

  it('keep apart from a VM that stays for good', () => {
    const hosts = [host('a', 40), host('b', 0), host('c', 50)];
    const others = new Map([['other', 'b']]);

    const made = plan({
      hosts,
      vms: [vm('v1', 5)],
      others,
      rules: [rule('apart', true, 'v1', 'other')],
    });

    assert.deepEqual(say(made), ['v1 to c']);
  });

  it('hold while VMs move: one comes after the other has left', () => {
    const hosts = [host('a', 40), host('b', 20), host('c', 0)];
    const vms = [
      vm('v1', 5, { candidates: [1], priority: 3 }),
      vm('v2', 5, { hostId: 'b', candidates: [2] }),
    ];

    const made = plan({ hosts, vms, rules: [rule('apart', true, 'v1', 'v2')] });

    assert.deepEqual(say(made), ['v2 to c', 'v1 to b after v2']);
  });

  it('move a group whole: to one host, with a VM of it that could have stayed, or not at all', () => {
    const rules = [rule('together', true, 'v1', 'v2')];
    const vms = [vm('v1', 10), vm('v2', 10, { mustLeave: false, candidates: [1, 2] })];

    const whole = plan({ hosts: [host('a', 40), host('b', 75), host('c', 60)], vms, rules });
    assert.deepEqual(say(whole), ['v1 to c', 'v2 to c']);
    const tight = plan({ hosts: [host('a', 40), host('b', 75), host('c', 75)], vms, rules });
    assert.deepEqual(tight.moves, []);
    assert.deepEqual(tight.left, [{ vmId: 'v1', why: 'rule', rule: 'together v1 v2' }]);
  });

  it('bind a group to the host of one that stays', () => {
    const hosts = [host('a', 40), host('b', 70), host('c', 0)];
    const others = new Map([['other', 'b']]);

    const made = plan({
      hosts,
      vms: [vm('v1', 5)],
      others,
      rules: [rule('together', true, 'v1', 'other')],
    });

    assert.deepEqual(say(made), ['v1 to b']);
  });

  it('keep a wish where it costs stars alone, and break it rather than leave a VM', () => {
    const rules = [rule('together', false, 'v1', 'v2')];
    const vms = [vm('v1', 10), vm('v2', 10)];

    const kept = plan({ hosts: [host('a', 40), host('b', 0), host('c', 5)], vms, rules });
    assert.equal(new Set(kept.moves.map(({ toHostId }) => toHostId)).size, 1);
    assert.deepEqual(kept.brokenWishes, []);
    const broken = plan({ hosts: [host('a', 40), host('b', 75), host('c', 75)], vms, rules });
    assert.equal(broken.moves.length, 2);
    assert.deepEqual(broken.brokenWishes, ['together v1 v2']);
  });

  it('say nothing of a wish that was broken before and of which nothing moves', () => {
    const hosts = [host('a', 40), host('b', 20), host('c', 20)];
    const vms = [vm('v1', 5), stayer('s1', 5, 'b'), stayer('s2', 5, 'c')];

    assert.deepEqual(
      plan({ hosts, vms, rules: [rule('together', false, 's1', 's2')] }).brokenWishes,
      [],
    );
  });
});
