import type { CommandShape } from '#bot/grammar/command-shape.ts';
import type { GrammarErrorCode } from '#bot/grammar/grammar-error.ts';
import { type Command, parseCommand } from '#bot/grammar/parse-command.ts';

/** A few commands with every type of option, declared as bot/commands declares them. */
export const shapes: readonly CommandShape[] = [
  {
    words: ['vm', 'create'],
    target: { name: 'vm', kind: 'new vm', required: true },
    options: [
      { name: 'template', type: 'name', kind: 'template', required: true, summary: 'Made from.' },
      { name: 'memory', type: 'size', summary: 'Memory.' },
      { name: 'cpu', type: 'count', max: 128, summary: 'Processors.' },
      { name: 'lease', type: 'duration', summary: 'How long it may live.' },
      { name: 'start', type: 'boolean', summary: 'Start it.' },
      { name: 'firmware', type: 'choice', values: ['bios', 'UEFI'], summary: 'Firmware.' },
      { name: 'plan', type: 'boolean', summary: 'Show the plan only.' },
      { name: 'reason', type: 'text', summary: 'Why.' },
    ],
  },
  ...['show', 'start', 'stop'].map(
    (verb): CommandShape => ({
      words: ['vm', verb],
      target: { name: 'vm', kind: 'vm', required: true },
      options: [
        { name: 'reason', type: 'text', summary: 'Why.' },
        { name: 'plan', type: 'boolean', summary: 'Show the plan only.' },
        { name: 'notify', type: 'name', kind: 'channel', summary: 'Who is told.' },
      ],
    }),
  ),
  {
    words: ['vm', 'list'],
    options: [
      { name: 'cluster', type: 'name', kind: 'cluster', summary: 'In this cluster.' },
      { name: 'where', type: 'text', summary: 'Filter.' },
    ],
  },
  {
    words: ['vm', 'resize'],
    target: { name: 'vm', kind: 'vm', required: true },
    options: [{ name: 'memory', type: 'size', summary: 'Memory.' }],
  },
  {
    words: ['vm', 'owner', 'set'],
    target: { name: 'vm', kind: 'vm', required: true },
    more: [{ name: 'owner', type: 'name', required: true }],
  },
  {
    words: ['vm', 'move'],
    target: { name: 'vm', kind: 'vm', required: true, many: 4 },
    options: [
      { name: 'host', type: 'name', kind: 'host', summary: 'Where to.' },
      { name: 'plan', type: 'boolean', summary: 'Show the plan only.' },
    ],
  },
  {
    words: ['vm', 'tag'],
    target: { name: 'vm', kind: 'vm', required: true },
    more: [{ name: 'tag', type: 'name', required: true, many: 50 }],
  },
  {
    words: ['grant', 'request'],
    target: { name: 'right', kind: 'right', required: true },
    more: [
      { name: 'scope', type: 'name', required: true, after: 'on' },
      { name: 'time', type: 'duration', required: true, after: 'for' },
    ],
    options: [{ name: 'reason', type: 'text', summary: 'Why.' }],
  },
  { words: ['link'] },
  { words: ['link', 'list'] },
  { words: ['help'], rest: { name: 'command', required: false } },
  { words: ['explain'], rest: { name: 'command', required: true } },
];

/** Parses a text that must be a command. */
export function parse(text: string): Command {
  const parsed = parseCommand(text, shapes);
  if (parsed.ok) return parsed.command;
  throw new Error(`refused: ${JSON.stringify(parsed.error)}`);
}

/** Parses a text that must be refused; `marked` is the part of it that the error points at. */
export function refusal(text: string) {
  const parsed = parseCommand(text, shapes);
  if (parsed.ok) throw new Error(`accepted: ${JSON.stringify(parsed.command)}`);
  const { error } = parsed;
  const code: GrammarErrorCode = error.code;
  const facts: Record<string, unknown> = { ...error.facts };
  return { ...error, code, facts, marked: text.slice(error.at.start, error.at.end) };
}
