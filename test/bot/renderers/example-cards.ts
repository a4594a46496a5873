/** Cards as people will read them, one of each kind; the goldens beside show how they are drawn. */
import type { Action, Card } from '#bot/cards/card.ts';

const act = (label: string, style: Action['style'] = 'normal', more: Partial<Action> = {}) => ({
  id: `a-${label.toLowerCase().replaceAll(/\W+/g, '-')}`,
  label,
  style,
  ...more,
});
const reason = { name: 'reason', label: 'Reason', required: true };

const approval: Card = {
  title: 'Ann Berg wants to create web-07',
  state: 'R-128 · 1 of 2 agreed',
  tone: 'warning',
  summary: 'Approve "create web-07" for Ann Berg? 1 of 2 agreed, closes 14:30',
  body: [
    { block: 'text', text: 'prod-vc / C1 · from ubuntu-24 · 4 vCPU · 16 GiB · 80 GiB · VLAN-100' },
    {
      block: 'fields',
      fields: [
        { label: 'Reason', value: 'load test before the release' },
        { label: 'Effect', value: 'a new VM; nothing else changes' },
        { label: 'Place', value: 'esx-07 ★★★★½ on SAN-A (allowed: 5 hosts of C1, SAN-A or SAN-B)' },
        { label: 'Quota', value: 'web-team: 62 → 66 of 80 vCPU · 240 → 256 of 320 GiB' },
        { label: 'Rule', value: 'create-prod: 2 of ops-leads, reason on deny' },
        { label: 'Agreed', value: 'Bob Stein 13:31' },
      ],
    },
    { block: 'text', text: 'Closes today 14:30 CEST, in 58 min', weight: 'quiet' },
  ],
  actions: [act('Approve', 'primary'), act('Deny', 'danger', { ask: reason })],
  details: [
    { block: 'text', text: 'Plan', weight: 'strong' },
    {
      block: 'steps',
      steps: [
        { mark: 'waiting', text: 'reserve place on esx-07, SAN-A' },
        { mark: 'waiting', text: 'clone from ubuntu-24', right: 'about 2 min' },
        { mark: 'waiting', text: 'start, then check' },
      ],
    },
    { block: 'code', text: 'New-VM -Name web-07 `\n  -Template ubuntu-24 `\n  -VMHost esx-07' },
  ],
};

const job: Card = {
  title: 'Creating web-07',
  state: 'J-412 · 62 %',
  tone: 'busy',
  summary: 'J-412, creating web-07: 62 %, setting CPU and memory',
  body: [
    { block: 'text', text: 'for Ann Berg · agreed by Bob Stein, Eva Lang · prod-vc' },
    { block: 'progress', percent: 62 },
    {
      block: 'steps',
      steps: [
        { mark: 'done', text: 'place reserved on esx-07, SAN-A' },
        { mark: 'done', text: 'cloned from ubuntu-24', right: '1 min 12 s' },
        { mark: 'running', text: 'setting CPU and memory' },
        { mark: 'waiting', text: 'connect VLAN-100' },
        { mark: 'waiting', text: 'start, then check' },
      ],
    },
    { block: 'text', text: 'about 40 s left', weight: 'quiet' },
  ],
  actions: [
    act('Cancel', 'danger', { confirm: 'Stop creating web-07? The clone is deleted again.' }),
  ],
  details: [{ block: 'text', text: 'Started 13:41:05 CEST by request R-128.' }],
};

const outcomeUnknown: Card = {
  title: 'web-07: cloned or not, nobody knows yet',
  state: 'J-412 · looking',
  tone: 'warning',
  summary: 'J-412: nobody knows yet whether web-07 was cloned. Drover looks again each minute.',
  body: [
    {
      block: 'text',
      text: 'prod-vc did not answer after the order went out at 13:32:10. Drover looks again each minute and will not order it twice. An operator is asked at 13:47.',
    },
  ],
  actions: [act('Look now', 'primary')],
  details: [{ block: 'text', text: 'Last looked at 13:36:10: no VM called web-07.' }],
};

const gate: Card = {
  title: 'Emptying hv-03 for maintenance',
  state: 'J-440 · 14 of 20 VMs moved',
  tone: 'warning',
  summary: 'J-440 needs you: db-legacy cannot leave hv-03',
  body: [
    {
      block: 'steps',
      steps: [
        { mark: 'running', text: 'app-02 → hv-05', right: '61 %' },
        { mark: 'running', text: 'app-09 → hv-01', right: '12 %' },
        { mark: 'waiting', text: '3 more, limit of 2 moves at a time on hv-03' },
        { mark: 'asking', text: 'db-legacy cannot move, its disk is passed through from hv-03' },
        { mark: 'failed', text: 'web-03: hv-02 has no room' },
        { mark: 'warning', text: 'web-01 moved, but its snapshot stayed' },
        { mark: 'unknown', text: 'web-02: no answer yet' },
        { mark: 'skipped', text: 'tmp-01 is off' },
      ],
    },
    {
      block: 'text',
      text: 'Answers: ops-leads or the owner Carl Wu, until 15:00; nothing happens by itself.',
    },
  ],
  actions: [
    act('Shut it down and go on', 'danger', {
      confirm: 'db-legacy will be off until hv-03 is back.',
    }),
    act('Leave it, end as incomplete'),
    act('Ask its owner'),
    act('Cancel', 'normal', { ask: reason }),
  ],
};

const mistyped: Card = {
  title: 'There is no option --memroy',
  tone: 'bad',
  summary: 'There is no option --memroy. Did you mean --memory?',
  body: [
    { block: 'code', text: 'vm create web-07 --memroy 16GiB\n                 ^^^^^^^^' },
    { block: 'text', text: 'Did you mean --memory?' },
  ],
  actions: [],
};

const refused: Card = {
  title: 'Not allowed: vm delete db-01',
  tone: 'bad',
  summary: 'Not allowed: vm delete db-01',
  body: [
    { block: 'text', text: 'On db-01 you may start and shut down (role web-team).' },
    { block: 'text', text: 'Deleting needs the role prod-ops; its approvers can lend it:' },
    { block: 'code', text: 'grant request vm.delete on db-01 for 1h --reason "…"' },
  ],
  actions: [],
};

const choice: Card = {
  title: 'Two VMs are called web-07. Which one?',
  tone: 'warning',
  summary: 'Two VMs are called web-07. Nothing was done.',
  body: [{ block: 'text', text: 'Nothing was done.', weight: 'quiet' }],
  actions: [
    act('web-07 in /prod/web, prod-vc, on esx-07, owner Ann Berg'),
    act('web-07 in /lab, lab-hv, on hv-02, no owner'),
    act('Neither'),
  ],
};

const states = ['running', 'running', 'off', 'saved'];
const table: Card = {
  title: '50 VMs of web-team',
  tone: 'neutral',
  summary: '50 VMs of web-team, 38 running',
  body: [
    {
      block: 'table',
      columns: [
        { title: 'Name' },
        { title: 'State' },
        { title: 'Host' },
        { title: 'vCPU', align: 'right' },
        { title: 'Memory', align: 'right' },
      ],
      rows: Array.from({ length: 50 }, (_, at) => [
        at % 9 === 4 ? `app-${at}.corp.example (Web Server)` : `web-${String(at).padStart(2, '0')}`,
        states[at % 4] ?? '',
        `esx-${String((at % 7) + 1).padStart(2, '0')}`,
        String(2 ** (at % 4)),
        `${2 ** (at % 6)} GiB`,
      ]),
      more: '50 of 25,000 shown',
    },
  ],
  actions: [act('Next 50')],
};

const form: Card = {
  title: 'Create a VM',
  state: 'not sent yet',
  tone: 'neutral',
  summary: 'Create a VM: 2 things to correct',
  body: [],
  inputs: [
    {
      name: 'name',
      label: 'Name',
      required: true,
      input: 'text',
      value: 'web_07_*prod*',
      fault: 'A VM called web_07_*prod* exists on esx-07.',
    },
    {
      name: 'template',
      label: 'Template',
      required: true,
      input: 'choice',
      choices: [
        { title: 'ubuntu-24', value: 't-1' },
        { title: 'Windows_2025_*core*', value: 't-2' },
      ],
      value: 't-2',
    },
    {
      name: 'memory',
      label: 'Memory',
      required: false,
      input: 'text',
      placeholder: '16GiB',
      fault: 'Say how much, with a unit: 16GiB.',
    },
    {
      name: 'start',
      label: 'Start it afterwards',
      required: false,
      input: 'toggle',
      value: 'true',
    },
    { name: 'why', label: 'Why', required: false, input: 'text', multiline: true },
  ],
  actions: [act('Create', 'primary'), act('Cancel')],
};

const nasty: Card = {
  title: '**bold** _it_ [x](http://evil) <b>web</b> # {{DATE(2026-11-02T12:00:00Z)}}',
  state: '~~R-1~~ · `code`',
  tone: 'good',
  summary: '*summary* of "build_source_task"',
  body: [
    { block: 'text', text: '1. web  with  two  spaces, a line\nand an end\u202ethgir ot tfel' },
    {
      block: 'fields',
      fields: [{ label: 'build_source_task', value: '**prod** web\\_1 \u001b[31m' }],
    },
    {
      block: 'table',
      columns: [{ title: '*VM*' }, { title: '日本' }],
      rows: [
        ['web[1](x)', 'サーバー 01'],
        ['a`b', '~~web~~'],
      ],
    },
  ],
  actions: [act('*Approve* <i>it</i>', 'primary')],
};

const rehearsal: Card = {
  title: 'Emptying hv-03, rehearsed',
  state: 'R-131 · 3 moves',
  tone: 'warning',
  summary: 'Emptying hv-03, rehearsed: 3 moves, over after 6 min 40 s',
  body: [
    {
      block: 'timeline',
      title: 'If hv-03 were emptied now',
      alt: '3 VMs leave hv-03 within 6 min 40 s, at most 2 at a time; app-02 is shut down first.',
      endMs: 400_000,
      groups: [
        {
          title: 'hv-03 → hv-05',
          rows: [
            { label: 'web-07', bars: [{ fromMs: 0, toMs: 72_000, tone: 'busy' }] },
            {
              label: 'app-02 & friends <prod>',
              bars: [
                { fromMs: 0, toMs: 40_000, tone: 'warning', note: 'shut down' },
                { fromMs: 72_000, toMs: 310_000, tone: 'busy' },
              ],
            },
          ],
        },
        {
          title: 'hv-03 → hv-01',
          rows: [
            {
              label: 'db-with-a-very-long-name-that-nobody-types-0001',
              bars: [
                { fromMs: 40_000, toMs: 130_000, tone: 'neutral', note: 'waits for its turn' },
                { fromMs: 130_000, toMs: 400_000, tone: 'good' },
              ],
            },
            {
              label: 'db-legacy',
              bars: [{ fromMs: 395_000, toMs: 400_000, tone: 'bad', note: 'cannot move' }],
            },
          ],
        },
      ],
      more: '4 of 14 moves shown',
    },
    { block: 'text', text: 'Rehearsed 13:40 CET; nothing was moved.', weight: 'quiet' },
  ],
  actions: [act('Ask for it', 'primary')],
};

export const exampleCards = {
  approval,
  job,
  'outcome-unknown': outcomeUnknown,
  gate,
  mistyped,
  refused,
  choice,
  table,
  form,
  rehearsal,
  nasty,
} satisfies Record<string, Card>;
