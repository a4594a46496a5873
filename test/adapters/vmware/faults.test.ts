import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { FAULTS, toChangeError, toReadError } from '#adapters/vmware/faults.ts';
import { PostError } from '#adapters/vmware/soap/post.ts';
import { VimFault } from '#adapters/vmware/soap/soap-client.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';
import { findVcenterPart } from '#test/helpers/peers/vcenter-build.ts';

describe('the faults of a vCenter', () => {
  it('in the table are all faults that vSphere has', needsPeer('vim-xsd'), () => {
    const xsd = readFileSync(findVcenterPart('vim.xsd'), 'utf8');

    const unknown = [...FAULTS.keys()].filter(
      (type) => !xsd.includes(`<complexType name="${type}"`),
    );

    assert.deepEqual(unknown, []);
  });

  it('leave a change unknown when no table knows them, and keep their words and cause', () => {
    const fault = new VimFault('FaultOfTheFuture', 'The stars are wrong.');

    const error = toChangeError(fault, { vm: 'vm-1' });

    assert.deepEqual([error.code, error.end, error.cause], ['platform_refused', 'unknown', fault]);
    assert.deepEqual(error.facts, {
      ...{ vm: 'vm-1', fault: 'FaultOfTheFuture', words: 'The stars are wrong.' },
    });
  });

  it('never make a reading unknown: nothing was changed', () => {
    const lost = new PostError('no_answer', true, 'ECONNRESET');

    assert.equal(toReadError(new VimFault('HostCommunication', '')).end, 'not_started');
    assert.equal(toReadError(lost).end, 'not_started');
    assert.equal(toChangeError(lost).end, 'unknown');
    assert.equal(toChangeError(new PostError('not_connected', false, '')).end, 'not_started');
  });

  it('leave a change unknown when the error is a mistake of ours', () => {
    assert.deepEqual(
      [toChangeError(new TypeError('x')).code, toChangeError(new TypeError('x')).end],
      ['unexpected', 'unknown'],
    );
  });
});
