import { describe } from 'node:test';
import { describeConnection } from '#test/contracts/connection-contract.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { openForContract } from './open-for-contract.ts';

const FACETS = ['estate', 'power', 'save', 'provisioning', 'hardware', 'tasks'] as const;

describe('vCenter', needsPeer('vcsim', 'openssl'), () => {
  describeConnection('vcsim', openForContract, FACETS);
});
