import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';
import { missingPeerReason } from '../helpers/peers/needs-peer.ts';

export interface TestOutcome {
  passed: number;
  failed: number;
  /** Skipped and to do, by decision of whoever wrote the test. */
  skipped: number;
  /** What was left out for want of peers, by the peers' names. */
  readonly leftOut: Map<string, number>;
  durationMs: number;
  slowest: { readonly file: string; readonly ms: number } | undefined;
}

type Print = (text: string) => void;

/** Follows a run to its end and prints each failure in full, with what its file printed. */
export async function collectOutcome(
  events: AsyncIterable<TestEvent>,
  projectFolder: string,
  print: Print,
): Promise<TestOutcome> {
  const outcome: TestOutcome = {
    ...{ passed: 0, failed: 0, skipped: 0, durationMs: 0 },
    leftOut: new Map(),
    slowest: undefined,
  };
  const reader = createReader(outcome, projectFolder, print);
  for await (const event of events) reader(event);
  return outcome;
}

function createReader(outcome: TestOutcome, projectFolder: string, print: Print) {
  /** What is open, outermost first: events come in order, one file after the other. */
  let open: readonly string[] = [];
  const printed = new Map<string, string>();
  const failing = new Set<string>();
  const toPath = (file = '') => relative(projectFolder, file);
  return (event: TestEvent): void => {
    const file = event.data && 'file' in event.data ? (event.data.file ?? '') : '';
    switch (event.type) {
      case 'test:start':
        open = [...open.slice(0, event.data.nesting), event.data.name];
        break;
      case 'test:pass':
        countPass(outcome, event.data);
        break;
      case 'test:fail': {
        if (event.data.todo !== undefined) break;
        if (isOnlyAbove(event.data.details.error)) break;
        outcome.failed += 1;
        failing.add(file);
        const path = [...open.slice(0, event.data.nesting), event.data.name];
        print(toFailure(`${toPath(file)}:${event.data.line ?? 0}`, path, event.data.details.error));
        break;
      }
      case 'test:stdout':
      case 'test:stderr':
        printed.set(file, (printed.get(file) ?? '') + event.data.message);
        break;
      case 'test:summary':
        readSummary(event.data);
        break;
    }
  };

  function readSummary({ file, success, duration_ms: ms }: SummaryData): void {
    if (file === undefined) {
      outcome.durationMs = ms;
      for (const name of failing) printOutputOf(name);
      return;
    }
    if (!success) failing.add(file); // the test that failed may stand in a contract, another file
    if (ms > (outcome.slowest?.ms ?? 0)) outcome.slowest = { file: toPath(file), ms };
  }

  function printOutputOf(file: string): void {
    const text = printed.get(file)?.trim();
    if (text) print(`printed by ${toPath(file)}:\n${text}\n`);
  }
}

type SummaryData = Extract<TestEvent, { type: 'test:summary' }>['data'];
type PassData = Extract<TestEvent, { type: 'test:pass' }>['data'];

function countPass(outcome: TestOutcome, { name, file, skip, todo, details }: PassData): void {
  if (name === file) return; // a file in which nothing was to be run
  if (typeof skip === 'string' && skip.startsWith(missingPeerReason)) {
    const peers = skip.slice(missingPeerReason.length);
    outcome.leftOut.set(peers, (outcome.leftOut.get(peers) ?? 0) + 1);
  } else if (details.type === 'suite') {
    return;
  } else if (skip !== undefined || todo !== undefined) {
    outcome.skipped += 1;
  } else {
    outcome.passed += 1;
  }
}

/** A suite fails because of what is in it, and that was printed already. */
function isOnlyAbove(error: Error): boolean {
  return 'failureType' in error && error.failureType === 'subtestsFailed';
}

function toFailure(place: string, path: readonly string[], error: Error): string {
  const cause = error.cause instanceof Error ? error.cause : error;
  const text = inspect(cause, { depth: 6 }).replace(/^ +at .*node:internal.*\n?/gm, '');
  return `✗ ${path.join(' › ')}\n  ${place}\n${text.trimEnd().replace(/^/gm, '    ')}\n`;
}

/** One line about what was left out, if anything was, and one about the rest. */
export function toSummary(outcome: TestOutcome, files: number): string {
  const { passed, failed, skipped, leftOut, durationMs, slowest } = outcome;
  const missing = [...leftOut].map(([peers, count]) => `${count} need ${peers}`);
  const lines = [];
  if (missing.length > 0) {
    lines.push(`Left out: ${missing.join(', ')} (npm run peers -- install).`);
  }
  const counts = [
    `${passed} passed`,
    `${failed} failed`,
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  const slow = slowest ? `; slowest ${slowest.file} ${toSeconds(slowest.ms)}` : '';
  lines.push(`${counts.join(', ')} in ${files} files, ${toSeconds(durationMs)}${slow}.`);
  return lines.join('\n');
}

function toSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
