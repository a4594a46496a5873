/** What is kept of the scripts' input and output. */
import { z } from 'zod';
import { ScriptRecord } from '../records.ts';
import type { Placeholders } from './redact.ts';

const REDACTED = '(redacted)';

/** Their texts are Windows' own words of a kind, a version, an error: no name of anybody's. */
const KEPT_KEYS = new Set([
  ...['windows', 'version', 'powershell', 'state', 'drain', 'kind', 'rights', 'authentication'],
  ...['clusterService', 'hypervFault', 'clusterFault', 'accessFault', 'hopFault'],
]);
const KEPT_VALUES = /^(?:Hyper-V|FailoverClusters|S-1-5-32-\d{1,5}|)$/;
const KEPT_FORM = /^[\w .,:+()-]{0,200}$/;

const Request = z.object({
  name: z.string().regex(/^[a-z-]{1,40}$/),
  sha256: z.string().regex(/^[0-9A-F]{64}$/),
  parameters: z.record(z.string(), z.unknown()),
});

/** Standard input of a script: its name and hash instead of its text. A part of it alone is nothing that can be read. */
export function redactRequest(base64: string, places: Placeholders): string {
  const line = Buffer.from(base64, 'base64').toString('latin1').trim();
  const read = Request.safeParse(readJson(Buffer.from(line, 'base64').toString('utf8')));
  if (!read.success) return Buffer.from(REDACTED).toString('base64');
  const { name, sha256, parameters } = read.data;
  const kept = { name, sha256, parameters: redactValue(parameters, '', places) };
  const written = Buffer.from(JSON.stringify(kept)).toString('base64');
  return Buffer.from(`${written}\r\n`).toString('base64');
}

/** `undefined`: none. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const MARK = '\u001e';

/** A record of a script in its form; any other line is noise. */
export function redactLine(line: string, places: Placeholders): string {
  if (!line.startsWith(MARK)) return line === '' ? '' : REDACTED;
  // One that no script of ours writes is noise too.
  const record = ScriptRecord.safeParse(readJson(line.slice(1))).data;
  if (record?.t === 'out') return write('out', redactValue(record.v, '', places));
  if (record?.t === 'end') return write('end', true);
  if (record?.t === 'warning') return write('warning', REDACTED);
  if (record?.t === 'progress') return write('progress', { ...record.v, vmId: undefined });
  if (record?.t !== 'fault') return REDACTED;
  const { id, category, type, hresult, begun } = record.v;
  const kept = { id: keep(id, places), category: keep(category, places), type: keep(type, places) };
  return write('fault', { ...kept, message: REDACTED, hresult, begun, facts: {} });
}

function write(t: string, v: unknown): string {
  return `${MARK}${JSON.stringify({ t, v })}`;
}

function redactValue(value: unknown, key: string, places: Placeholders): unknown {
  if (Array.isArray(value)) return value.map((one) => redactValue(one, key, places));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [name, redactValue(one, name, places)]),
    );
  if (typeof value !== 'string') return value;
  if (KEPT_VALUES.test(value)) return value;
  return KEPT_KEYS.has(key) ? keep(value, places) : places.ofName(value);
}

function keep(text: string, places: Placeholders): string {
  return KEPT_FORM.test(text) && !places.holdsKnown(text) ? text : REDACTED;
}
