/** A Drover over the odd estate of the cases, as far as the lab can hold it. */
import { fileURLToPath } from 'node:url';
import { labConfig, openTestApp, type TestApp } from '#test/helpers/open-test-app.ts';
import type { Alter } from './alterations.ts';

export const ODD = fileURLToPath(new URL('../adapters/simulator/odd-estate.json', import.meta.url));

/** Carl may do everything, and the rules agree by themselves: what stands in the way is the estate. */
const RULES = `
roles:
  - name: everything
    members: [operators]
    allow: [vm.*, host.*, cluster.*, datastore.*, network.*, template.*, connection.*, job.*, approval.*]
policies:
  - name: anything
    operations: [vm.*]
    decide: auto
`;

export function openOddApp(alter?: Alter): Promise<TestApp> {
  const config = labConfig(
    (text) =>
      text
        .replace('  speed: 0', `  speed: 0\n  estate: ${JSON.stringify(ODD)}`)
        .replace(/^roles:.*/ms, '') + RULES,
  );
  return openTestApp({ config, ...(alter ? { alter } : {}) });
}
