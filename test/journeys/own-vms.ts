/** A lab in which some VMs are what Drover rests on. */
import type { Parts } from '#bot/drover.ts';
import type { Network } from '#core/ports/network.ts';
import { labConfig, openTestApp, type TestApp } from '#test/helpers/open-test-app.ts';
import { type Alter, alterBy } from './alterations.ts';

/** Of db-06, which stands on esx-01. */
export const VCENTER_ADDRESS = '10.20.1.40';

const NAMES: Readonly<Record<string, readonly string[]>> = {
  'vc.example.test': [VCENTER_ADDRESS],
  'db.example.test': ['10.20.1.36'],
};

/** This machine has no address of the lab; the names of its servers lead there. */
export const network: Network = {
  readOwn: () => ({ name: 'drover-01', addresses: ['192.0.2.7'], macAddresses: [] }),
  resolve: async (name) => NAMES[name],
};

/** As if prod-vc were a connection, and the database elsewhere. */
export function restOnLab(parts: Parts): Parts {
  const vcenter = { id: 'prod-vc', kind: 'vcenter', url: 'https://vc.example.test/sdk' };
  const connections = [vcenter] as unknown as Parts['config']['connections'];
  const database = { ...parts.config.database, url: 'postgresql://drover@db.example.test/drover' };
  return { ...parts, network, config: { ...parts.config, connections, database } };
}

export interface OwnOptions {
  readonly configured?: readonly string[];
  readonly dataFolder?: string;
  readonly alter?: Alter;
}

export function openOwnApp({
  configured = [],
  dataFolder,
  alter,
}: OwnOptions = {}): Promise<TestApp> {
  const own = configured.map((vm) => `  - { connection: lab-hv, vm: ${vm} }\n`).join('');
  const config = labConfig((text) => (own ? `ownVms:\n${own}${text}` : text));
  return openTestApp({
    config,
    alter: alterBy(restOnLab, ...(alter ? [alter] : [])),
    ...(dataFolder ? { dataFolder } : {}),
  });
}
