import { describe } from 'node:test';
import { type ContractNeed, describeConnection } from '#test/contracts/connection-contract.ts';
import { itDrainsAsItSays } from '#test/contracts/connection-contract-maintenance.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { openForContract } from './open-for-contract.ts';

describe('vCenter', needsPeer('vcsim', 'openssl'), () => {
  describeConnection('vcsim', (need) => openForContract(need), ['migration', 'maintenance']);
  describe('where DRS is fully automated', () => {
    const open = (need: ContractNeed) => openForContract(need, { isDrsOn: true });
    itDrainsAsItSays(open, { isSureTo: true });
  });
});
