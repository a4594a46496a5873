/** What a move that went as planned says of those that follow it. */
import type { Step } from '../jobs/job.ts';
import type { Verdict } from '../jobs/step-kind.ts';
import { learnMove } from '../placement/move-pace.ts';
import type { Tx } from '../ports/store.ts';
import type { MoveVmInput } from './move-vm.ts';

/** From the order to its end; a move that was only found, or went otherwise, says nothing. */
export async function learnPace(
  tx: Tx,
  { id, tries, looks }: Step,
  { vm, way, carries }: MoveVmInput,
  { verdict, code }: Verdict,
): Promise<void> {
  const isPlain = verdict === 'as_wished' && code === undefined && tries === 0 && looks === 0;
  if (!isPlain || !carries || way === 'off') return;
  const { memoryBytes, fileBytes } = carries;
  const isFiles = fileBytes > 0;
  // Both at once: neither can be told from the other.
  if (isFiles && memoryBytes > 0) return;
  const what = isFiles ? 'files' : way;
  const { connectionId } = vm;
  const before = (await tx.movePace.list()).find(
    (pace) => pace.connectionId === connectionId && pace.what === what,
  );
  // The step in hand is as it was before its claim, and its order went out later.
  const now = await tx.jobs.findStep(id);
  if (!now?.sentAt || now.facts?.wasSo === true) return;
  const seconds = (tx.now.getTime() - now.sentAt.getTime()) / 1000;
  const bytes = isFiles ? fileBytes : memoryBytes;
  await tx.movePace.put(learnMove(before, { connectionId, what, bytes, seconds }));
}
