/** Whoever writes `drover.yaml` sees each of its faults in the first answer, in words that say how to mend it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { NO_WORDS, toSchemaFaults } from '#bot/config/schema-faults.ts';
import { isShowable } from '#bot/config/secrets.ts';
import { linesOf } from './lines-of.ts';

/** As people write it. */
const env = (name: string) => `$\{env:${name}}`;

describe('faults of drover.yaml', () => {
  it('come in one answer, whichever part of Drover finds them', () => {
    const lines = linesOf(`lab: { connections: false, speed: fast }
timeZone: Mars/Olympus
timeZone: Europe/Berlin
connections:
  - id: vc
    kind: vcenter
    url: https://vcenter.example.com
    user: drover
    passwrd: ${env('NOWHERE')}
  - id: vc
    kind: hyperv
    hosts: ["127.0.0.1:5986", "127.0.0.1:5986"]
    usr: LAB\\drover
    password: hunter2-in-plain-text
    memory: 5
roles:
  - name: readers
    members: [everyone, 7]
    allow: [vm.lst]
  - members: [ops]
policies:
  - { name: ask, operations: [vm.remov], decide: { approvals: 0, form: ops } }
ownVms: [{ connection: vcc, vm: drover }]
`);

    assert.deepEqual(lines, [
      '  line 1, lab.speed: the text "fast" stands there; expected is a number from 0 to 1000000',
      '  line 3, timeZone: `timeZone` stands twice in one section; keep one of both',
      '  line 7, connections[0].url: is not on this machine. Without a directory Drover knows only the lab’s people, and those may not act on anything real',
      '  line 9, connections[0].passwrd: is no key that Drover knows here; did you mean `password`?',
      '  line 9, connections[0].passwrd: the environment has no NOWHERE',
      '  line 10, connections[1].id: vc is there twice',
      '  line 12, connections[1].hosts[1]: is there twice',
      '  line 13, connections[1].usr: is no key that Drover knows here; did you mean `user`?',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how it is written in the file.
      '  line 14, connections[1].password: a secret stands here only as ${env:NAME} or ${file:path}',
      lines[9],
      '  line 18, roles[0].members[1]: 7 stands there; expected is text',
      '  line 18, roles[0].members: a role with everyone as member opens a door; name the groups',
      '  line 19, roles[0].allow[0]: there is no right vm.lst; did you mean vm.list?',
      '  line 20, roles[1].name: is missing; expected is text, as `web-team`',
      '  line 22, policies[0].decide.form: is no key that Drover knows here; did you mean `from`?',
      '  line 22, policies[0].decide.approvals: 0 stands there; expected is a whole number from 1 to 20, as `1`',
      '  line 22, policies[0].operations[0]: there is no operation vm.remov',
      '  line 23, ownVms[0].connection: there is no connection vcc; did you mean vc?',
    ]);
    assert.match(
      lines[9] ?? '',
      /line 15, connections\[1\]\.memory: is no key that Drover knows here; take it out, or write one of id, kind, hosts, /,
    );
  });

  it('are told of what was read before a fault of the YAML, and of that fault', () => {
    const lines = linesOf(`console: { prot: 7077 }
roles: [a, b
policies: []
`);

    assert.deepEqual(lines, [
      '  line 1, console.prot: is no key that Drover knows here; did you mean `port`?',
      '  line 3, the file: is no YAML: a quote, bracket, colon or comma is missing here or before it; what stands below is checked when this is mended',
      ...lines.slice(2),
    ]);
    assert.deepEqual(
      linesOf(`lab: {}
connections:
  - { id: a, kind: hyperv, hosts: [hv.example], user: L\\x, password: "${env('THERE')}" }
timeZone: "Europe/Berlin
directory: { servers: [dc1] }
`).filter((line) => !line.includes('no YAML')),
      [],
      'whether there is a directory cannot be read',
    );
  });

  it('of one connection with another are told beside those of a single key', () => {
    const lines = linesOf(`lab: { connections: false }
connections:
  - { id: a, kind: vcenter, url: "https://127.0.0.1", password: "${env('THERE')}", caFile: a, thumbprint: b }
  - { id: b, kind: hyperv, hosts: ["127.0.0.1", "127.0.0.1"], vmFolder: a/b, templates: [{ name: t }, { name: t }] }
placement: { goals: [{ connection: a, goal: balance }, { connection: a, goal: 7 }] }
`);

    for (const words of [
      '  line 3, connections[0].user: is missing; expected is text, as `drover@vsphere.local`',
      '  line 3, connections[0].thumbprint: caFile and thumbprint exclude each other',
      '  line 4, connections[1].hosts[1]: is there twice',
      '  line 4, connections[1].user: ntlm needs a user and a password',
      '  line 4, connections[1].vmFolder: must be the name of one folder',
      '  line 4, connections[1].templates[1].name: is there twice',
      '  line 5, placement.goals[1]: a stands here twice',
      '  line 5, placement.goals[1].goal: 7 stands there; expected is `balance` or `consolidate`',
    ])
      assert.ok(lines.includes(words), `${words} is not in\n${lines.join('\n')}`);
  });

  it('say of a secret that is not there nothing but that', () => {
    const lines = linesOf(`lab: {}
slack: { mode: http, botToken: "${env('NO')}", signingSecret: "${env('NO')}", teamId: T123 }
`);

    assert.deepEqual(lines, [
      '  line 2, slack.botToken: the environment has no NO',
      '  line 2, slack.signingSecret: the environment has no NO',
      '  line 2, slack: needs a directory: without one nobody there could be proven',
    ]);
  });

  it('are told below a kind that is mistyped, or shown by its keys alone', () => {
    const lines = linesOf(`lab: {}
connections:
  - { id: a, kind: vcentre, url: "https://127.0.0.1", user: 5, password: "${env('THERE')}" }
  - { id: b, hosts: [hv], user: L\\x, password: "${env('THERE')}", vmFolder: a/b }
  - { id: c, kind: esxi, user: d, password: "${env('NOWHERE')}" }
  - 5
`);

    assert.deepEqual(lines, [
      '  line 3, connections[0].kind: the text "vcentre" stands there; expected is `vcenter` or `hyperv`; did you mean `vcenter`?',
      '  line 3, connections[0].user: 5 stands there; expected is text, as `drover@vsphere.local`',
      '  line 4, connections[1].kind: is missing; expected is `vcenter` or `hyperv`',
      '  line 4, connections[1].vmFolder: must be the name of one folder',
      lines[4],
      '  line 5, connections[2].kind: the text "esxi" stands there; expected is `vcenter` or `hyperv`',
      '  line 5, connections[2].password: the environment has no NOWHERE',
      '  line 6, connections[3]: 5 stands there; expected is a section with kind',
    ]);
    assert.match(lines[4] ?? '', /line 4, connections\[1\]\.hosts\[0\]: is not on this machine/);
  });

  it('name a mistyped key of the lab’s people, however they are written', () => {
    const nmae = 'nmae: is no key that Drover knows here; did you mean `name`?';
    const person = '{ login: ann, nmae: Ann }';

    for (const [text, path] of [
      [`lab: { people: [${person}] }`, 'line 1, lab.people[0]'],
      [`lab: { people: { people: [${person}] } }`, 'line 1, lab.people.people[0]'],
      ['lab:\n  people:\n    - login: ann\n      nmae: Ann', 'line 4, lab.people[0]'],
    ] as const)
      assert.deepEqual(linesOf(`${text}\n`), [`  ${path}.${nmae}`]);
    assert.deepEqual(linesOf('lab: { people: { ann: { roels: [a] }, gruops: [5] } }\n'), [
      '  line 1, lab.people.ann: is no key that Drover knows here; take it out, or write one of people, groups',
      '  line 1, lab.people.gruops: is no key that Drover knows here; did you mean `groups`?',
      '  line 1, lab.people.people: is missing; expected is a list, as `[{ login: ann, name: Ann Berg }]`',
      '  line 1, lab.people.gruops[0]: 5 stands there; expected is a section with name',
    ]);
    assert.deepEqual(linesOf('lab: { people: [{ login: 5, name: Ann }] }\n'), [
      '  line 1, lab.people[0].login: 5 stands there; expected is text, as `ann`',
    ]);
  });

  it('are told once, also of a number that is too big in two ways', () => {
    assert.deepEqual(linesOf('lab: {}\nconsole: { port: 99999999999999999999 }\n'), [
      '  line 2, console.port: 100000000000000000000 stands there; expected is a whole number from 0 to 65535',
    ]);
  });

  it('name the connections that are near to one that there is none of', () => {
    assert.deepEqual(
      linesOf(`lab: {}
ownVms: [{ connection: lab-vcc, vm: a }]
placement:
  evacuateClusters: [{ connection: lab-cv, cluster: C1, by: drover }]
  goals: [{ connection: elsewhere, goal: balance }]
`),
      [
        '  line 2, ownVms[0].connection: there is no connection lab-vcc; did you mean lab-vc?',
        '  line 4, placement.evacuateClusters[0].connection: there is no connection lab-cv; did you mean lab-hv or lab-vc?',
        '  line 5, placement.goals[0].connection: there is no connection elsewhere',
      ],
    );
  });

  it('say what stands in place of a list, a section or a choice', () => {
    const lines = linesOf(`lab: 3
log: { level: debg }
limits: { clonesPerHost: 0.5 }
connections: { a: 1 }
roles:
policies: [{ name: p, operations: vm.*, decide: autoo }]
`);

    assert.deepEqual(lines, [
      '  line 1, lab: 3 stands there; expected is a section, as `{ speed: 10 }`',
      '  line 2, log.level: the text "debg" stands there; expected is `debug`, `info`, `warn` or `error`; did you mean `debug`?',
      '  line 3, limits.clonesPerHost: 0.5 stands there; expected is a whole number from 1 to 64',
      '  line 4, connections: a section stands there; expected is a list, as `[{ id: vc-1, kind: vcenter, … }]`',
      '  line 5, roles: nothing stands there; expected is a list, as `[{ name: web-team, members: [web-team], allow: [vm.list] }]`',
      '  line 6, policies[0].operations: a text stands there; expected is a list, as `[vm.*]`',
      '  line 6, policies[0].decide: a text stands there; expected is `auto`, or a section with approvals, from, as `{ approvals: 1, from: ops-leads }`',
    ]);
    assert.deepEqual(linesOf('- 1\n'), [
      '  line 1, the file: a list stands there; expected is a section',
    ]);
  });

  it('name every file of authorities that cannot be used, where files are looked at', () => {
    const text = `directory:
  servers: [dc1]
  baseDn: DC=a
  user: d@a
  password: ${env('THERE')}
  caFile: none.pem
connections:
  - { id: a, kind: hyperv, hosts: [h], user: L\\x, password: "${env('THERE')}", caFile: empty.pem }
`;
    const readBeside = (path: string) => {
      if (path === 'empty.pem') return '';
      throw Object.assign(new Error(path), { code: 'ENOENT' });
    };

    assert.deepEqual(linesOf(text), []);
    assert.deepEqual(linesOf(text, readBeside), [
      '  line 6, directory.caFile: none.pem cannot be read: there is no such file or folder',
      '  line 8, connections[0].caFile: empty.pem holds no certificate in PEM',
    ]);
  });

  it('never show a secret, wherever it was written', () => {
    const secret = 'hunter2-hunter2';
    const lines = linesOf(`lab: { connections: false }
database: { url: "postgresql://drover:${secret}@127.0.0.1/drover" }
connections:
  - { id: a, kind: vcenter, url: "https://u:${secret}@127.0.0.1", user: x, password: { a: ${secret} }, passwort: ${secret} }
slack: { mode: http, botToken: "${env('THERE')}", signingSecret: ${secret}, teamId: T123 }
teams: { appPassword: ["${secret}"] }
`);

    assert.ok(lines.length >= 8, lines.join('\n'));
    assert.doesNotMatch(lines.join('\n'), /hunter2/);
    const schema = z.object({ password: z.number() });
    const value = { password: secret };
    const issues = schema.safeParse(value, { error: () => NO_WORDS }).error?.issues ?? [];
    const [fault] = toSchemaFaults(issues, { schema, value, mayShow: isShowable });
    assert.equal(fault?.message, 'what stands there is of the wrong kind; expected is a number');
  });
});
