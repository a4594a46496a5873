import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { SCRIPTS } from '#adapters/hyperv/scripts.ts';
import {
  checkScripts,
  compareStubs,
  type Finding,
} from '#test/fakes/hyperv/checker/check-scripts.ts';
import { startKeptPwsh } from '#test/fakes/hyperv/powershell/kept-pwsh.ts';
import { buildStubs } from '#test/fakes/hyperv/stubs/build-stubs.ts';
import { SERVERS } from '#test/fakes/hyperv/stubs/contract.ts';
import { needsPeer } from '#test/helpers/peers/needs-peer.ts';

const projectFolder = fileURLToPath(new URL('../../../..', import.meta.url));
const scriptFolder = join(projectFolder, 'adapters/hyperv/scripts');
const frame = join(scriptFolder, 'frame.ps1');
const shared = globSync('shared/*.ps1', { cwd: scriptFolder }).map((name) =>
  join(scriptFolder, name),
);
const badScript = join(projectFolder, 'test/fakes/hyperv/checker/bad-script.ps1');
/** Read from the folders, so that none can be forgotten. */
const scripts = globSync('adapters/hyperv/**/*.ps1', { cwd: projectFolder }).map((name) =>
  join(projectFolder, name),
);

describe('the scripts of Hyper-V', needsPeer('powershell'), () => {
  let findings: readonly Finding[] = [];
  before(() => {
    findings = checkScripts([...scripts, badScript], frame, ...shared);
  });

  it('pass the parser, the rules of 5.1 and the cmdlets of 2016, 2022 and 2025', () => {
    assert.ok(scripts.length >= 32, `${scripts.length} scripts were found`);
    assert.deepEqual(
      findings.filter(({ file }) => file !== badScript),
      [],
    );
  });

  it('are judged by a checker that finds each fault of a bad script, and nothing else in it', () => {
    const expected = readFileSync(badScript, 'utf8')
      .split('\n')
      .flatMap((line, i) =>
        (/# expect (.*)/.exec(line)?.[1]?.split(' ') ?? []).map((rule) => `${i + 1} ${rule}`),
      );

    const found = findings.filter(({ file }) => file === badScript);

    assert.ok(expected.length > 40);
    assert.deepEqual(
      [...new Set(found.map(({ line, rule }) => `${line} ${rule}`))].sort(),
      expected.sort(),
    );
  });
});

it('the registry has every script of the folder, each with the frame around it', () => {
  const files = globSync('*.ps1', { cwd: scriptFolder }).filter((name) => name !== 'frame.ps1');
  const registered = Object.values(SCRIPTS);

  assert.deepEqual(registered.map(({ name }) => `${name}.ps1`).sort(), files.sort());
  for (const { name, text } of registered) {
    assert.ok(text.includes(readFileSync(join(scriptFolder, `${name}.ps1`), 'utf8')), name);
    assert.ok(text.endsWith(readFileSync(frame, 'utf8')), name);
    // 5.1 reads a file without a mark in the host's own code page.
    assert.match(text, /^[\n\x20-\x7e]*$/, name);
  }
});

describe('the stub modules', needsPeer('powershell'), () => {
  const running = new AsyncDisposableStack();
  after(() => running.disposeAsync());

  /** What the binder says to a line, before any model is asked; `asked` when it let the call through. */
  async function bind(server: '2016' | '2022' | '2025', lines: readonly string[]) {
    const pwsh = running.use(await startKeptPwsh(server));
    const said: string[] = [];
    for (const script of lines) {
      const { errors, cmdlets } = await pwsh.run({
        script,
        input: '',
        culture: 'en-US',
        drives: {},
        answer: () => ({}),
      });
      said.push(cmdlets.length > 0 ? 'asked' : (errors[0]?.errorId ?? 'nothing'));
    }
    return said;
  }

  it('refuse what Windows would: name, set, value, type, mandatory, prompt', async () => {
    const cases = {
      'Hyper-V\\Get-VM -Idd 1': 'NamedParameterNotFound,Microsoft.HyperV.PowerShell.Commands.GetVM',
      'Hyper-V\\Get-VM -Name x -Id 6f1c1f5e-3a53-4ac3-9c76-0f2f6b4f2b11':
        'AmbiguousParameterSet,Microsoft.HyperV.PowerShell.Commands.GetVM',
      'Hyper-V\\New-VM -Name x -Generation 3':
        'ParameterArgumentValidationError,Microsoft.HyperV.PowerShell.Commands.NewVM',
      'Hyper-V\\Rename-VM':
        'MissingMandatoryParameter,Microsoft.HyperV.PowerShell.Commands.RenameVM',
      'Hyper-V\\Start-VM -VM 5':
        'CannotConvertArgumentNoMessage,Microsoft.HyperV.PowerShell.Commands.StartVM',
      'Hyper-V\\Get-VMNope': 'CommandNotFoundException',
      "Hyper-V\\Remove-VM -Name 'x'":
        'HostFunctionNotImplemented,Microsoft.HyperV.PowerShell.Commands.RemoveVM',
      "Hyper-V\\Remove-VM -Name 'x' -Confirm:$false": 'asked',
    };

    assert.deepEqual(await bind('2022', Object.keys(cases)), Object.values(cases));
  });

  it('are the contract: every name, type, alias, set, position and pipeline input of each Windows', async () => {
    const cmdlets: Record<string, number> = {};
    const loosened: string[] = [];
    for (const server of SERVERS) {
      const seen = compareStubs(server, await buildStubs(server));
      assert.deepEqual(seen.differences, [], server);
      loosened.push(...seen.loosened);
      cmdlets[server] = seen.cmdlets;
    }

    assert.deepEqual(cmdlets, { 2016: 319, 2022: 341, 2025: 364 });
    assert.deepEqual(loosened, ['CimClass']);
  });

  it('have the parameters of their own Windows, and no other', async () => {
    const lines = [
      'Hyper-V\\New-VM -Name a -NoVHD -GuestStateIsolationType VBS',
      'FailoverClusters\\Get-ClusterAffinityRule -Name x',
    ];
    const none = 'NamedParameterNotFound,Microsoft.HyperV.PowerShell.Commands.NewVM';

    assert.deepEqual(await bind('2016', lines), [none, 'CommandNotFoundException']);
    assert.deepEqual(await bind('2022', lines), [none, 'asked']);
    assert.deepEqual(await bind('2025', lines), ['asked', 'asked']);
  });
});
