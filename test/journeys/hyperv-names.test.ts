/** Names that are code, patterns or mark-up elsewhere, typed in every command on Hyper-V: they arrive unchanged, and nothing runs. The first half of them. */
import { describe, it } from 'node:test';
import { needsPeer } from '../helpers/peers/needs-peer.ts';
import { HALVES, playLives } from './hyperv-lives.ts';

describe('H35 names on Hyper-V, the first half', needsPeer('powershell', 'openssl'), () => {
  it('each goes through the life of its VM, and no other VM is touched', () =>
    playLives(HALVES[0]));
});
