/** Lines that begin where they should not: each is told once, at the line that is to be mended, with the column. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { linesOf } from './lines-of.ts';

const below = '; what stands below is checked when this is mended';
const tab = (line: number) =>
  `  line ${line}, the file: is no YAML: a tab indents the line; use spaces${below}`;

describe('a tab that indents', () => {
  it('is told alone: what the parser makes of the lines around it is nobody’s fault', () => {
    assert.deepEqual(linesOf('lab:\n\tspeed: 10\n'), [tab(2)]);
    assert.deepEqual(linesOf('lab:\n  speed: 3\n\tseed: 1\n'), [tab(3)]);
    assert.deepEqual(
      linesOf('lab:\n  speed: 10\n  people:\n\t- { login: a, name: b }\nlog:\n  level: info\n'),
      [tab(4)],
    );
    assert.deepEqual(linesOf('lab: {\n\tspeed: 3,\n\tseed: 1 }\n'), [tab(2), tab(3)]);
    assert.deepEqual(linesOf('lab:\n  faults: |\n\ttext\n'), [tab(3)]);
  });

  it('leaves what was read before it to be told, and none of what may go on behind it', () => {
    assert.deepEqual(linesOf('log: { level: debg }\nlab:\n\tspeed: 10\n'), [
      '  line 1, log.level: the text "debg" stands there; expected is `debug`, `info`, `warn` or `error`; did you mean `debug`?',
      tab(3),
    ]);
    assert.deepEqual(linesOf('roles:\n  - name: a\n\tmembers: [b]\n'), [tab(3)]);
  });
});

describe('a line that is indented too deep', () => {
  const deep = (line: number, above: number, column: number, keys: string) =>
    `  line ${line}, the file: is no YAML: the line is indented too deep: line ${above} has a value of its own, and nothing can stand below it; begin it in column ${column}, as ${keys}${below}`;

  it('is told with the line above it, and where it belongs', () => {
    for (const [text, words] of [
      ['lab:\n  speed: 10\n    seed: 4\n', deep(3, 2, 3, 'the keys of `lab`')],
      ['lab:\n  speed: "10"\n    seed: 4\n', deep(3, 2, 3, 'the keys of `lab`')],
      ['lab:\n  speed: 1\n    seed: 4\n    people: x\n', deep(3, 2, 3, 'the keys of `lab`')],
      ['roles:\n  - name: a\n      members: [b]\n', deep(3, 2, 5, 'the keys of `roles`')],
      ['lab: {}\n  log: { level: info }\n', deep(2, 1, 1, 'the keys of the file')],
      ['hunter2!:\n  speed: 10\n    seed: 4\n', deep(3, 2, 3, 'its neighbours')],
    ] as const)
      assert.deepEqual(linesOf(text), [words], text);
  });

  it('is told so where YAML takes it for a key of the section above it', () => {
    assert.deepEqual(linesOf('lab:\n  speed: 3\n\n  log:\n    level: info\n'), [
      '  line 4, lab.log: is no key that Drover knows here, but it is one at the top of the file; does it stand too deep?',
    ]);
    assert.deepEqual(
      linesOf(
        'lab: {}\nroles:\n  - name: a\n    members: [b]\n    scope:\n      owner: self\n      allow: [vm.list]\n',
      ),
      [
        '  line 7, roles[0].scope.allow: is no key that Drover knows here, but it is one in `roles[0]`; does it stand too deep?',
      ],
    );
  });

  it('is told alone where a whole section is read as part of the one above it', () => {
    const roles = 'roles:\n  - name: a\n    members: [b]\n    alow: [vm.list]\n';
    const policies = '    policies:\n  - name: p\n    operations: [vm.start]\n    decide: auto\n';

    assert.deepEqual(linesOf(`lab: {}\n${roles}${policies}log: { level: debg }\n`), [
      '  line 5, roles[0].alow: is no key that Drover knows here; did you mean `allow`?',
      '  line 6, roles[0].policies: is no key that Drover knows here, but it is one at the top of the file; does it stand too deep?',
      '  line 10, log.level: the text "debg" stands there; expected is `debug`, `info`, `warn` or `error`; did you mean `debug`?',
    ]);
  });

  it('is not asked for elsewhere in vain', () => {
    assert.deepEqual(linesOf('log:\n  level: info\n  lab: {}\n'), [
      '  line 3, log.lab: is no key that Drover knows here, but it is one at the top of the file; does it stand too deep?',
    ]);
  });
});

describe('a line that is not indented as its neighbours are', () => {
  it('is told with their column', () => {
    const odd = (line: number, column: number, keys: string) =>
      `  line ${line}, the file: is no YAML: the line is not indented as its section is; begin it in column ${column}, as ${keys}${below}`;

    for (const [text, words] of [
      ['lab:\n    speed: 10\n  seed: 4\n', odd(3, 5, 'the keys of `lab`')],
      ['  lab:\n  speed: 10\nlog: {}\nroles: []\n', odd(1, 1, 'the keys of the file')],
      ['log:\n  level: info\n lab:\n  speed: 10\n', odd(3, 1, 'the keys of the file')],
      ['roles:\n  - name: a\n    allow: [x]\n\n    - name: b\n', odd(5, 3, 'the keys of `roles`')],
      ['roles:\n  - name: a\n - name: b\n', odd(3, 3, 'the keys of `roles`')],
      ['roles:\n - name: a\n   allow: [x]\n  members: [y]\n', odd(4, 4, 'the keys of `roles`')],
    ] as const)
      assert.deepEqual(linesOf(text), [words], text);
  });

  it('is no bracket that is left open', () => {
    assert.match(linesOf('a: {b: 1,\n  c: 2\nd: 1\n').join(), /a quote, bracket, colon or comma/);
  });
});
