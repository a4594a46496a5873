import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTemporaryFolder } from './temporary-folder.ts';
import { findVcenterPart, isVcenterPartCurrent } from './vcenter-build.ts';

export function isVimXsdPresent(): boolean {
  return existsSync('/usr/bin/xmllint') && isVcenterPartCurrent('vim.xsd');
}

const prefixes = ['xsi="http://www.w3.org/2001/XMLSchema-instance"', 'vim25="urn:vim25"'];

/**
 * Gives what xmllint says against requests to vim25: unknown or misplaced elements, wrong types.
 *
 * vcsim takes elements in any order and a vCenter does not, so this is the judge of the order. Takes
 * whole SOAP envelopes or the bodies' one elements; an empty list means that all are valid.
 */
export function findVimFaults(...requests: readonly string[]): readonly string[] {
  using folder = createTemporaryFolder('vim-xsd');
  // One run for all: the schema of two megabytes is read each time.
  const files = requests.map((request, n) => {
    const file = join(folder.path, `${n}.xml`);
    writeFileSync(file, declarePrefixes(toElement(request)));
    return file;
  });
  const args = ['--noout', '--schema', findVcenterPart('vim.xsd'), ...files];
  const { status, stderr, error } = spawnSync('xmllint', args, { encoding: 'utf8' });
  if (error) throw error;
  if (status === 0) return [];
  const faults = stderr.split('\n').flatMap((line) => {
    const at = files.findIndex((file) => line.startsWith(`${file}:`));
    return at >= 0 && /error/.test(line) ? [`${line}\n${requests[at]}`] : [];
  });
  // It judged nothing: the schema, a folder.
  if (faults.length === 0) throw new Error(stderr);
  return faults;
}

function toElement(request: string): string {
  const body = /<(?:\w+:)?Body[^>]*>(.*)<\/(?:\w+:)?Body>/s.exec(request)?.[1] ?? request;
  return body.trim();
}

/** The envelope declared them; the element that is cut out of it may need them. */
function declarePrefixes(element: string): string {
  const [tag = ''] = /^<[^>]*>/.exec(element) ?? [];
  const missing = prefixes.filter((prefix) => !tag.includes(`xmlns:${prefix}`));
  return element.replace(/^<[\w:]+/, (start) =>
    [start, ...missing.map((p) => `xmlns:${p}`)].join(' '),
  );
}
