import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findVcenterPart, isVcenterPartCurrent } from './vcenter-build.ts';

export function isVimXsdPresent(): boolean {
  return existsSync('/usr/bin/xmllint') && isVcenterPartCurrent('vim.xsd');
}

const prefixes = ['xsi="http://www.w3.org/2001/XMLSchema-instance"', 'vim25="urn:vim25"'];

/**
 * Gives what xmllint says against a request to vim25: unknown or misplaced elements, wrong types.
 *
 * vcsim takes elements in any order and a vCenter does not, so this is the judge of the order. Takes
 * a whole SOAP envelope or the body's one element; an empty list means valid.
 */
export function findVimFaults(request: string): readonly string[] {
  const body = /<(?:\w+:)?Body[^>]*>(.*)<\/(?:\w+:)?Body>/s.exec(request)?.[1] ?? request;
  const { status, stderr, error } = spawnSync(
    'xmllint',
    ['--noout', '--schema', findVcenterPart('vim.xsd'), '-'],
    { input: declarePrefixes(body.trim()), encoding: 'utf8' },
  );
  if (error) throw error;
  if (status === 0) return [];
  return stderr.split('\n').filter((line) => /error/.test(line));
}

/** The envelope declared them; the element that is cut out of it may need them. */
function declarePrefixes(element: string): string {
  const [tag = ''] = /^<[^>]*>/.exec(element) ?? [];
  const missing = prefixes.filter((prefix) => !tag.includes(`xmlns:${prefix}`));
  return element.replace(/^<[\w:]+/, (start) =>
    [start, ...missing.map((p) => `xmlns:${p}`)].join(' '),
  );
}
