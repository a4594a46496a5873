import type { Card } from '#bot/cards/card.ts';

/** The drafts of the product's cards, as data. */
export const approvalCard: Card = {
  title: 'Ann Berg wants to create web-07',
  state: 'R-128 · 1 of 2 agreed',
  tone: 'warning',
  summary: 'Approve "create web-07" for Ann Berg? 1 of 2 agreed, closes 14:30',
  body: [
    {
      block: 'text',
      text: 'prod-vc / C1 · from ubuntu-24 · 4 vCPU · 16 GiB · 80 GiB · VLAN-100',
      weight: 'quiet',
    },
    {
      block: 'fields',
      fields: [
        { label: 'Reason', value: 'load test before the release' },
        { label: 'Effect', value: 'a new VM; nothing else changes' },
        { label: 'Place', value: 'esx-07 ★★★★½ on SAN-A (allowed: 5 hosts of C1, SAN-A or SAN-B)' },
        { label: 'Quota web-team', value: '62 → 66 of 80 vCPU · 240 → 256 of 320 GiB' },
        { label: 'Rule create-prod', value: '2 of ops-leads, reason on deny' },
        { label: 'Agreed', value: 'Bob Stein 13:31' },
      ],
    },
    { block: 'text', text: 'Closes today 14:30 CEST, in 58 min', weight: 'strong' },
  ],
  actions: [
    { id: 'a-approve', label: 'Approve', style: 'primary' },
    {
      id: 'a-deny',
      label: 'Deny…',
      style: 'danger',
      ask: { name: 'reason', label: 'Reason', required: true },
    },
  ],
  details: [
    { block: 'text', text: 'Plan', weight: 'strong' },
    { block: 'steps', steps: [{ mark: 'waiting', text: 'reserve a place on esx-07, SAN-A' }] },
    {
      block: 'code',
      text: 'New-VM -Name "web-07" -Template "ubuntu-24" -VMHost "esx-07.corp.example"',
    },
  ],
};

export function createJobCard(percent: number, overrides: Partial<Card> = {}): Card {
  return {
    title: 'Creating web-07',
    state: `J-412 · ${percent} %`,
    tone: 'busy',
    summary: `Creating web-07, ${percent} %`,
    body: [
      {
        block: 'text',
        text: 'for Ann Berg · agreed by Bob Stein, Eva Lang · prod-vc',
        weight: 'quiet',
      },
      {
        block: 'steps',
        steps: [
          { mark: 'done', text: 'place reserved on esx-07, SAN-A' },
          { mark: 'done', text: 'cloned from ubuntu-24', right: '1 min 12 s' },
          { mark: 'running', text: 'setting CPU and memory', right: `${percent} %` },
          { mark: 'waiting', text: 'connect VLAN-100' },
          { mark: 'waiting', text: 'start, then check' },
        ],
      },
      { block: 'progress', percent },
      { block: 'text', text: 'about 40 s left', weight: 'quiet' },
    ],
    actions: [
      {
        id: 'j-cancel',
        label: 'Cancel',
        style: 'normal',
        confirm: 'Stop creating web-07? What was made is removed.',
      },
    ],
    details: [{ block: 'text', text: `${percent} % of the plan with 5 steps` }],
    ...overrides,
  };
}

export const formCard: Card = {
  title: 'Create a VM',
  tone: 'neutral',
  summary: 'Create a VM: fill in what is missing',
  body: [{ block: 'text', text: 'Only what you may use is offered.', weight: 'quiet' }],
  inputs: [
    { name: 'name', label: 'Name', required: true, input: 'text', placeholder: 'web-07' },
    {
      name: 'template',
      label: 'Template',
      required: true,
      input: 'choice',
      choices: [
        { title: 'ubuntu-24', value: 'ubuntu-24' },
        { title: 'windows-2025', value: 'windows-2025' },
      ],
    },
    {
      name: 'memory',
      label: 'Memory',
      required: false,
      value: '16GiBi',
      fault: '16GiBi is no size. Write 16GiB.',
      input: 'text',
    },
    { name: 'backup', label: 'Back it up each night', required: false, input: 'toggle' },
    { name: 'reason', label: 'Reason', required: false, input: 'text', multiline: true },
  ],
  actions: [{ id: 'f-create', label: 'Create', style: 'primary' }],
};

export const listCard: Card = {
  title: '4 of 25,000 VMs',
  state: 'as of 14:02 CEST',
  tone: 'neutral',
  summary: '4 of 25,000 VMs',
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
      rows: [
        ['web-01', 'running', 'esx-07', '4', '16 GiB'],
        ['web-02', 'running', 'esx-03', '4', '16 GiB'],
        ['db-legacy-with-a-very-long-name-0001', 'off', 'hv-03', '16', '256 GiB'],
        ['<b>&amp;*{{DATE(2026-01-01T00:00:00Z,SHORT)}}', 'paused', 'hv-01', '2', '512 MiB'],
      ],
      more: '4 of 25,000 shown',
    },
  ],
  actions: [],
};

export const mistypedCard: Card = {
  title: 'Mistyped',
  tone: 'bad',
  summary: 'There is no option --memroy. Did you mean --memory?',
  body: [
    { block: 'code', text: 'vm create web-07 --memroy 16GiB\n                 ^^^^^^^^' },
    { block: 'text', text: 'There is no option --memroy. Did you mean --memory?' },
  ],
  actions: [],
};

export const choiceCard: Card = {
  title: 'Two VMs are called web-07. Which one?',
  tone: 'warning',
  summary: 'Two VMs are called web-07. Which one?',
  body: [{ block: 'text', text: 'Nothing was done.', weight: 'quiet' }],
  actions: [
    {
      id: 'c-prod',
      label: 'web-07 in /prod/web, prod-vc, on esx-07, owner Ann Berg',
      style: 'normal',
    },
    { id: 'c-lab', label: 'web-07 in /lab, lab-hv, on hv-02, no owner', style: 'normal' },
  ],
};
