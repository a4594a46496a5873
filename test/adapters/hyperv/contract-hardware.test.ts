import { describe } from 'node:test';
import { describeConnection } from '#test/contracts/connection-contract.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { keepForContract } from './open-for-contract.ts';

describe('Hyper-V', needsPeer('powershell', 'openssl'), () => {
  const open = keepForContract();
  describeConnection('real PowerShell over WinRM', open, ['hardware']);
});
