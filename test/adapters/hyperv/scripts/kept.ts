/** The PowerShell that the tests of one file share. */
import { after, before } from 'node:test';
import { type KeptPwsh, startKeptPwsh } from '#test/fakes/hyperv/powershell/kept-pwsh.ts';
import { isPwshPresent } from '#test/peers/powershell/pwsh.ts';
import { type OpenedScripts, openScripts } from './open-scripts.ts';

/** Gives a function that opens a fresh world over it. */
export function keepPwsh(): () => OpenedScripts {
  let pwsh: KeptPwsh | undefined;
  before(async () => {
    if (isPwshPresent()) pwsh = await startKeptPwsh('2022');
  });
  after(() => pwsh?.[Symbol.asyncDispose]());
  return () => {
    if (!pwsh) throw new Error('PowerShell has not started');
    return openScripts(pwsh);
  };
}
