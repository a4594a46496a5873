/** The JSON files that section `lab` of the configuration names: read whole, and every fault told at once by its path. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { OperationError } from '#core/errors.ts';

export interface LabFile {
  /** What names it: `lab.estate`. */
  readonly setting: string;
  readonly file: string;
}

/** @throws OperationError `request_invalid` with why it cannot be read, or all its faults. */
export function readLabFile<T>(source: LabFile, schema: z.ZodType<T>): T {
  return parseLabFile(source, parseJson(source, readText(source)), schema);
}

/** @throws OperationError `request_invalid` with all its faults. */
export function parseLabFile<T>(source: LabFile, content: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw toRefusal(source, { faults: listFaults(parsed.error.issues, []) });
}

function readText(source: LabFile): string {
  try {
    return readFileSync(source.file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw toRefusal(source, { reason: code }, cause);
  }
}

function parseJson(source: LabFile, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // The rest of what it says may show a piece of the file, which may be the wrong one.
    const [, line, column] = /\(line (\d+) column (\d+)\)$/.exec((cause as Error).message) ?? [];
    throw toRefusal(source, { reason: 'not_json', ...(line && { line, column }) });
  }
}

function toRefusal({ file, setting }: LabFile, facts: object, cause?: unknown): OperationError {
  const all = { file, setting, ...facts };
  return new OperationError('request_invalid', 'not_started', all, { cause });
}

type Issues = z.ZodError['issues'];

/** `connections[0].hosts[2].cluster: none is not in clusters.` */
function listFaults(issues: Issues, under: readonly PropertyKey[]): string[] {
  return issues.flatMap((issue) => {
    const path = [...under, ...issue.path];
    const meant = issue.code === 'invalid_union' ? findMeant(issue.errors) : undefined;
    if (meant) return listFaults(meant as Issues, path);
    return [`${z.core.toDotPath(path) || 'the file'}: ${issue.message}`];
  });
}

/** Of several shapes, the one that the content has, whatever is wrong inside it. */
function findMeant(shapes: readonly z.core.$ZodIssue[][]): z.core.$ZodIssue[] | undefined {
  const isOtherShape = (it: z.core.$ZodIssue) => it.path.length === 0 && it.code === 'invalid_type';
  return shapes.find((issues) => !issues.some(isOtherShape));
}
