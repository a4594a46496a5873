/** What `drover doctor` says of hosts that two connections show. */
import { plural } from '../units.ts';

interface ShownHost {
  readonly connectionId: string;
  readonly name: string;
}

interface Asked {
  readonly url: string;
  readonly connectTimeoutMs: number;
  readonly answerTimeoutMs: number;
}

const seconds = (ms: number) => `${ms / 1000} s`;

export const DOCTOR_MACHINE_WORDS = {
  read: (connection: string, hosts: number) => `${connection}: shows ${plural(hosts, 'host')}`,
  notRead: (connection: string, words: string) =>
    `${connection}: its hosts cannot be read, so whether another connection shows them too is not known: ${words}`,
  silent: ({ url, connectTimeoutMs, answerTimeoutMs }: Asked, reason: string | undefined) =>
    `nothing usable came from ${url}${reason === undefined ? '' : ` (${reason})`}. It had ${seconds(connectTimeoutMs)} for the connection and ${seconds(answerTimeoutMs)} for each answer. Look whether a vCenter listens there, is up and can be reached from this machine, or correct the url in drover.yaml.`,
  twice: (other: ShownHost, first: ShownHost) =>
    `${other.connectionId}: its host ${other.name} is the same machine as ${first.name} of ${first.connectionId}. Take one of the two connections out of drover.yaml; until then ${other.connectionId} only reads that host and its VMs`,
};
