/** The records that a script writes: one a line, after a mark that nothing else begins with. Other lines are noise. */
import { z } from 'zod';

/** RFC 7464's record separator. */
const MARK = '\u001e';

export const ScriptFault = z.object({
  /** PowerShell's fully qualified error id, or a code of Drover's own. */
  id: z.string(),
  category: z.string(),
  type: z.string(),
  message: z.string(),
  hresult: z.int(),
  /** The script had come to where it changes something. */
  begun: z.boolean(),
  facts: z.record(z.string(), z.string()),
});
export type ScriptFault = z.infer<typeof ScriptFault>;

const Progress = z.object({
  progress: z.string(),
  percent: z.number().min(0).max(100),
  vmId: z.string().optional(),
});
export type ScriptProgress = z.infer<typeof Progress>;

export const ScriptRecord = z.discriminatedUnion('t', [
  z.object({ t: z.literal('progress'), v: Progress }),
  z.object({ t: z.literal('warning'), v: z.string() }),
  z.object({ t: z.literal('out'), v: z.unknown() }),
  z.object({ t: z.literal('end'), v: z.literal(true) }),
  z.object({ t: z.literal('fault'), v: ScriptFault }),
]);
export type ScriptRecord = z.infer<typeof ScriptRecord>;

/** Undefined for a line that is no record. @throws ZodError for a record that no script of ours writes */
export function readRecord(line: string): ScriptRecord | undefined {
  return line.startsWith(MARK) ? ScriptRecord.parse(JSON.parse(line.slice(1))) : undefined;
}
