/** What a step does, in a few words, by its kind and input. */
import { toSize } from '../units.ts';

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
  'set-nic': ({ name, label, network, networkName }) =>
    network === null
      ? `take ${String(label)} of ${String(name)} off its network`
      : `connect ${String(label)} of ${String(name)} to ${String(networkName)}`,
};
