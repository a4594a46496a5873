/** What a step does, in a few words, by its kind and input. */
import type { Facts } from '#core/errors.ts';
import { quoteWord } from '../../grammar/quote.ts';
import { listOf, plural, textOf, toSize } from '../units.ts';

export const STEP_WORDS: Readonly<
  Record<string, (input: Readonly<Record<string, unknown>>) => string>
> = {
  'clone-vm': ({ name }) => `make ${String(name)} from its template`,
  'start-made-vm': ({ name }) => `start ${String(name)}, then check`,
  'start-vm': ({ name }) => `start ${String(name)}`,
  'stop-vm': ({ name }) => `power ${String(name)} off`,
  'shutdown-vm': ({ name }) => `ask the guest of ${String(name)} to shut down`,
  'save-vm': ({ name }) => `write the memory of ${String(name)} to disk and halt it`,
  'pause-vm': ({ name }) => `halt ${String(name)} in memory`,
  'resume-vm': ({ name }) => `let ${String(name)} go on`,
  'detach-disks': ({ name, keys }) =>
    (keys as readonly string[]).length === 1
      ? `take a disk off ${String(name)}, its file stays`
      : `take the disks that are kept off ${String(name)}`,
  'delete-vm': ({ name }) => `delete ${String(name)}`,
  'add-disk': ({ name, sizeBytes }) =>
    `add an empty disk of ${toSize(Number(sizeBytes))} to ${String(name)}`,
  'move-vm': toMoveWords,
  'move-vm-away': toMoveWords,
  'move-vm-again': ({ name, hostName }) =>
    hostName === undefined
      ? `try another host for ${String(name)} once`
      : `move ${String(name)} to ${String(hostName)} instead`,
  'move-vm-left': ({ name, fromName, hostName }) =>
    hostName === undefined
      ? `see that ${String(name)} is away from ${String(fromName)}`
      : `move ${String(name)}, which its platform left, to ${String(hostName)}`,
  'ask-consent': ({ name }) => `ask what becomes of ${String(name)}`,
  'mark-host': ({ name }) => `mark ${String(name)}, so that nothing more comes to it`,
  'settle-host': ({ name }) => `look what is left on ${String(name)}, and settle its state`,
  'drain-host': ({ name }) => `let its platform empty ${String(name)}`,
  'fail-back-host': ({ name }) =>
    `let VMs come to ${String(name)} again, and its platform move them back`,
  'unmark-host': ({ name }) => `let VMs come to ${String(name)} again`,
  'remember-vm': ({ name }) => `remember what ${String(name)} is`,
  'forget-vm': ({ name }) => `forget what ${String(name)} was`,
  'set-nic': ({ name, label, network, networkName }) =>
    network === null
      ? `take ${String(label)} of ${String(name)} off its network`
      : `connect ${String(label)} of ${String(name)} to ${String(networkName)}`,
};

/** What a host that is settled waits for; undefined: nothing that is worth saying yet. */
export function toSettlingWords(facts: Facts | null): string | undefined {
  const names = facts?.waitsFor;
  if (!facts || !Array.isArray(names)) return undefined;
  if (names.length === 0)
    return 'nothing runs there; its platform waits for what still comes to it or starts on it';
  const leave = names.length === 1 ? 'leaves it or goes off' : 'leave it or go off';
  return `waits until ${plural(names.length, 'VM')} ${leave}: ${listOf(facts, 'waitsFor', 4)}`;
}

/** Of a VM that was made and is not as wished. */
export function toRemainsWords(facts: Facts): string {
  const vm = textOf(facts, 'vm', 'The VM');
  const name = quoteWord(vm);
  return `${vm} is there as it was made, and its requester’s: vm show ${name}, vm delete ${name}`;
}

const WAY_WORDS: Readonly<Record<string, string>> = {
  quick: ', saved meanwhile',
  off: ', as it is off',
};

/** `move web-01 to esx-07`, `move the files of web-01 to SAN-B`. */
function toMoveWords(input: Readonly<Record<string, unknown>>): string {
  const { name, way, fromName, hostName, datastoreName } = input;
  const files = datastoreName === undefined ? '' : String(datastoreName);
  if (files && hostName === fromName) return `move the files of ${String(name)} to ${files}`;
  const to = hostName === undefined ? '' : ` to ${String(hostName)}`;
  return `move ${String(name)}${to}${files ? ` and its files to ${files}` : ''}${WAY_WORDS[String(way)] ?? ''}`;
}
