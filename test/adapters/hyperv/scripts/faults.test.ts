import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findCode, toScriptError } from '#adapters/hyperv/faults.ts';
import { readRecord, type ScriptFault } from '#adapters/hyperv/records.ts';
import { SCRIPTS } from '#adapters/hyperv/scripts.ts';

const fault: ScriptFault = {
  ...{ id: 'x', category: 'NotSpecified', type: 'System.Exception', message: 'kaputt' },
  ...{ hresult: 0, begun: true, facts: {} },
};

describe('faults of scripts', () => {
  it('have a code by their id, whatever its case', () => {
    for (const id of ['GetVhd', 'GetVHD', 'getvhd'])
      assert.equal(
        findCode({ id: `OperationFailed,Microsoft.Vhd.PowerShell.Cmdlets.${id}` }),
        'disk_unusable',
      );
    assert.equal(findCode({ id: 'DROVEROTHERHOST' }), 'not_the_vm_approved');
  });

  it('mean of any cmdlet what their first word means, and nothing where nobody knows it', () => {
    assert.equal(
      findCode({ id: 'AccessDenied,Microsoft.HyperV.PowerShell.Commands.AddX' }),
      'not_permitted_on_platform',
    );
    assert.equal(
      findCode({ id: 'OperationFailed,Microsoft.HyperV.PowerShell.Commands.AddX' }),
      undefined,
    );
  });

  it('are final only on the known word about the one act; what had begun otherwise is unknown', () => {
    const id = 'InvalidState,Microsoft.HyperV.PowerShell.Commands.StartVM';
    const ends = [
      toScriptError(SCRIPTS.startVm, { ...fault, id }).end,
      toScriptError(SCRIPTS.startVm, { ...fault, id: 'OperationFailed,X' }).end,
      toScriptError(SCRIPTS.createVm, { ...fault, id }).end,
      toScriptError(SCRIPTS.createVm, { ...fault, id, begun: false }).end,
      toScriptError(SCRIPTS.createVm, { ...fault, id: 'DroverBadToken', begun: false }).end,
      toScriptError(SCRIPTS.createVm, { ...fault, id: 'DroverStillRunning', begun: false }).end,
    ];

    assert.deepEqual(ends, [
      ...['refused', 'unknown', 'unknown', 'refused', 'refused'],
      'not_started',
    ]);
  });

  it('keep the host’s own words as facts', () => {
    const { facts } = toScriptError(SCRIPTS.startVm, { ...fault, facts: { state: 'Odd' } });

    assert.deepEqual(facts, { script: 'start-vm', fault: 'x', words: 'kaputt', state: 'Odd' });
  });

  it('of a script’s own carry figures and no words of theirs', () => {
    const own = { id: 'DroverNoSpace', facts: { freeBytes: '12' }, begun: false };

    const { facts } = toScriptError(SCRIPTS.createVm, { ...fault, ...own });

    assert.deepEqual(facts, { script: 'create-vm', freeBytes: 12 });
  });
});

describe('records', () => {
  it('are read behind their mark; any other line is noise', () => {
    assert.equal(readRecord('WARNING: {"t":"end","v":true}'), undefined);
    assert.deepEqual(readRecord('\u001e{"t":"out","v":[1]}'), { t: 'out', v: [1] });
  });

  it('that no script writes are an error, not an answer', () => {
    assert.throws(() => readRecord('\u001e{"t":"done","v":true}'));
    assert.throws(() => readRecord('\u001e{"t":"end","v":false}'));
    assert.throws(() => readRecord('\u001e{"t":"out"'));
  });
});
