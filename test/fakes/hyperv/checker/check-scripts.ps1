<#
Checks script files with PowerShell's own parser, without running them: 5.1 syntax, the cmdlet contract, rules of the house.
One JSON line a finding; exit 1 if there are any.
  pwsh -NoProfile -NonInteractive -File check-scripts.ps1 [-Server 2016,2022,2025] [-Frame FILE] FILE...
Functions of the frame, and of more files after a |, are known in every file. A comment `#drover-allow RULE[,RULE]: reason` lets these rules pass on its line and the next.
#>
[CmdletBinding(PositionalBinding = $false)]
param(
  [Parameter(Mandatory, Position = 0, ValueFromRemainingArguments)][string[]]$Path,
  [string]$Server = '2016,2022,2025',
  [string]$Frame = ''
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3.0
$servers = $Server -split ','
$cmdlets = @{}
foreach ($file in 'cmdlets.jsonl', 'cim-cmdlets.jsonl') {
  foreach ($line in [IO.File]::ReadAllLines((Join-Path $PSScriptRoot "../contract/$file"))) {
    $read = ConvertFrom-Json $line -AsHashtable
    $cmdlets[$read.name] = $read.variants
  }
}
$frameFunctions = @()
foreach ($one in @($Frame -split '\|' | Where-Object { $_ })) {
  $tree = [System.Management.Automation.Language.Parser]::ParseFile((Resolve-Path -LiteralPath $one), [ref]$null, [ref]$null)
  $frameFunctions += @($tree.FindAll({ $args[0] -is [System.Management.Automation.Language.FunctionDefinitionAst] }, $true) | ForEach-Object Name)
}
$core = Import-PowerShellDataFile (Join-Path $PSScriptRoot 'core-5.1.psd1')
$common = 'Verbose Debug ErrorAction WarningAction InformationAction ErrorVariable WarningVariable InformationVariable OutVariable OutBuffer PipelineVariable' -split ' '
$coreShould = 'Copy-Item Move-Item New-Item Remove-Item Rename-Item Set-Content Set-Variable Stop-Job Remove-Job' -split ' '
$coreAliases = @{}
foreach ($a in Get-Alias) { $coreAliases[$a.Name] = $a.Definition }
$newVariables = 'IsWindows IsLinux IsMacOS IsCoreCLR PSStyle PSNativeCommandUseErrorActionPreference PSNativeCommandArgumentPassing EnabledExperimentalFeatures' -split ' '
$asks = '^(Remove|Restore|Reset|Repair|Stop|Suspend|Clear|Move|Restart)-'
$newMembers = '^(HashData|ToHexString|FromHexString|Clamp|ProcessPath|ReplaceLineEndings|GetValueOrDefault|TryAdd|EnumerateRunes|MaxBy|MinBy)$'
$script:findings = 0

function Add-Finding($ast, [string]$rule, [string]$message) {
  $extent = if ($ast -is [System.Management.Automation.Language.Ast]) { $ast.Extent } else { $ast }
  foreach ($allowed in $script:allow[$extent.StartLineNumber]) { if ($allowed -eq $rule) { return } }
  $key = "$($extent.StartLineNumber):$($extent.StartColumnNumber):${rule}:$message"
  if (-not $script:seen.Add($key)) { return }
  $script:findings++
  $text = ($extent.Text -split "`n")[0]
  if ($text.Length -gt 100) { $text = $text.Substring(0, 100) }
  [ordered]@{ file = $script:file; line = $extent.StartLineNumber; column = $extent.StartColumnNumber; rule = $rule; message = $message; text = $text } |
    ConvertTo-Json -Compress
}

# Syntax and types that Windows PowerShell 5.1 and .NET Framework 4 do not have.
function Test-Syntax($ast) {
  switch ($ast.GetType().Name) {
    TernaryExpressionAst { Add-Finding $ast 'syntax-5.1' 'ternary ? : (7.0)' }
    PipelineChainAst { Add-Finding $ast 'syntax-5.1' 'pipeline chain && or || (7.0)' }
    PipelineAst { if ($ast.Background) { Add-Finding $ast 'syntax-5.1' 'background pipeline & (6.0)' } }
    BinaryExpressionAst { if ("$($ast.Operator)" -eq 'QuestionQuestion') { Add-Finding $ast 'syntax-5.1' 'null coalescing ?? (7.0)' } }
    AssignmentStatementAst { if ("$($ast.Operator)" -eq 'QuestionQuestionEquals') { Add-Finding $ast 'syntax-5.1' 'null assignment ??= (7.0)' } }
    IndexExpressionAst { if ($ast.NullConditional) { Add-Finding $ast 'syntax-5.1' 'null conditional ?[] (7.0)' } }
    ScriptBlockAst {
      if ($ast.CleanBlock) { Add-Finding $ast.CleanBlock 'syntax-5.1' 'clean block (7.3)' }
    }
    ConstantExpressionAst {
      if ($ast.StaticType -in [sbyte], [byte], [int16], [uint16], [uint32], [uint64], [bigint] -or $ast.Extent.Text -match '^0b') { Add-Finding $ast 'syntax-5.1' 'number suffix or prefix (6.2, 7.0)' }
    }
    { $_ -in 'StringConstantExpressionAst', 'ExpandableStringExpressionAst' } {
      if ("$($ast.StringConstantType)" -like 'DoubleQuoted*' -and $ast.Extent.Text -cmatch '(?<!`)(``)*`(e|u\{)') { Add-Finding $ast 'syntax-5.1' 'escape `e or `u{} (6.0)' }
    }
    { $_ -in 'MemberExpressionAst', 'InvokeMemberExpressionAst' } {
      if ($ast.NullConditional) { Add-Finding $ast 'syntax-5.1' 'null conditional ?. (7.0)' }
      if ($ast -is [System.Management.Automation.Language.InvokeMemberExpressionAst] -and $ast.GenericTypeArguments) { Add-Finding $ast 'syntax-5.1' 'generic method arguments (7.3)' }
      Test-Member $ast
    }
    VariableExpressionAst { if ($ast.VariablePath.UserPath -in $newVariables) { Add-Finding $ast 'variable-5.1' 'this variable does not exist in 5.1' } }
    TypeExpressionAst { Test-Type $ast }
    TypeConstraintAst { Test-Type $ast }
    UsingStatementAst { if ("$($ast.UsingStatementKind)" -ne 'Namespace') { Add-Finding $ast 'code-loading' 'using module or assembly' } }
    ExitStatementAst { Add-Finding $ast 'exit' 'exit ends the bootstrap before its last record; use throw or return' }
    CommandAst { Test-Command $ast }
  }
}

function Test-Type($ast) {
  if ($ast.TypeName.FullName -match '^(semver|System\.Management\.Automation\.SemanticVersion|System\.Text\.Json\.|System\.HashCode|System\.Range|System\.Index)') { Add-Finding $ast 'type-5.1' 'this type does not exist in 5.1' }
}

function Test-Member($ast) {
  $name = if ($ast.Member -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $ast.Member.Value } else { $null }
  $owner = if ($ast.Expression -is [System.Management.Automation.Language.TypeExpressionAst]) { $ast.Expression.TypeName.FullName } else { '' }
  if ($null -eq $name) { Add-Finding $ast 'dynamic-member' 'the member name is not constant'; return }
  if ($owner -match '(^|\.)ScriptBlock$' -and $name -eq 'Create') { Add-Finding $ast 'script-block-create' 'ScriptBlock::Create' }
  if ($owner -match '(^|\.)(PowerShell|RunspaceFactory)$' -and $name -like 'Create*') { Add-Finding $ast 'code-loading' 'a second PowerShell' }
  if ($name -in 'InvokeScript', 'NewScriptBlock', 'ExpandString', 'AddScript') { Add-Finding $ast 'invoke-expression' "$name runs text as code" }
  if ($owner -match '(^|\.)Console$') { Add-Finding $ast 'console' 'writes past the record framing' }
  if ($name -match $newMembers) { Add-Finding $ast 'type-5.1' "$name does not exist in .NET Framework 4" }
  if ($name -eq 'Split' -and $ast -is [System.Management.Automation.Language.InvokeMemberExpressionAst] -and $ast.Arguments -and $ast.Arguments[0] -is [System.Management.Automation.Language.StringConstantExpressionAst] -and $ast.Arguments[0].Value.Length -gt 1) {
    Add-Finding $ast 'net-difference' 'Split with a text: 5.1 splits at each of its characters, 7 at the whole text; use -split'
  }
}

# What a splatted variable holds, as far as the file tells: names, and whether all are known.
function Get-Splat([string]$name) {
  $keys = [Collections.Generic.List[string]]::new(); $later = [Collections.Generic.List[string]]::new(); $known = $false
  foreach ($a in $script:assignments) {
    $left = $a.Left
    if ($left -is [System.Management.Automation.Language.ConvertExpressionAst]) { $left = $left.Child }
    if ($left -is [System.Management.Automation.Language.VariableExpressionAst] -and $left.VariablePath.UserPath -eq $name) {
      $right = $a.Right; if ($right -is [System.Management.Automation.Language.CommandExpressionAst]) { $right = $right.Expression }
      if ($right -is [System.Management.Automation.Language.ConvertExpressionAst]) { $right = $right.Child }
      if ($right -isnot [System.Management.Automation.Language.HashtableAst]) { return $null }
      $known = $true
      foreach ($pair in $right.KeyValuePairs) {
        if ($pair.Item1 -isnot [System.Management.Automation.Language.StringConstantExpressionAst]) { return $null }
        $keys.Add($pair.Item1.Value)
      }
    }
    elseif ($left -is [System.Management.Automation.Language.IndexExpressionAst] -and "$($left.Target)" -eq "`$$name") {
      if ($left.Index -isnot [System.Management.Automation.Language.StringConstantExpressionAst]) { return $null }
      $later.Add($left.Index.Value)
    }
    elseif ($left -is [System.Management.Automation.Language.MemberExpressionAst] -and "$($left.Expression)" -eq "`$$name") { $later.Add($left.Member.Value) }
  }
  if ($known) { @{ keys = $keys; later = $later } }
}

function Test-Command($ast) {
  $name = $ast.GetCommandName()
  if (-not $name) { Add-Finding $ast 'dynamic-command' 'the command is not a constant name'; return }
  $module = ''; $short = $name
  if ($name -match '^([\w.-]+)\\([\w-]+)$') { $module = $Matches[1]; $short = $Matches[2] }
  if ($short -in 'Invoke-Expression', 'iex') { Add-Finding $ast 'invoke-expression' 'runs text as code'; return }
  if ($short -eq 'Write-Host') { Add-Finding $ast 'write-host' 'write objects to the pipeline'; return }
  if ($short -eq 'Add-Type') { Add-Finding $ast 'code-loading' 'Add-Type'; return }
  if ($coreAliases.ContainsKey($short) -and -not $cmdlets.ContainsKey($short)) { Add-Finding $ast 'alias' "alias of $($coreAliases[$short])"; $short = $coreAliases[$short] }
  if ($cmdlets.ContainsKey($short)) { Test-ContractCommand $ast $module $short; return }
  if ($short -in $script:functions) { return }
  if (-not $core.ContainsKey($short)) { Add-Finding $ast 'unknown-command' 'neither in the contract, nor in core-5.1.psd1, nor defined here'; return }
  $allowed = ($core[$short] -split ' ') + $common
  if ($short -in $coreShould) { $allowed += 'WhatIf', 'Confirm' }
  foreach ($element in $ast.CommandElements) {
    if ($element -is [System.Management.Automation.Language.CommandParameterAst] -and $element.ParameterName -notin $allowed) {
      Add-Finding $element 'parameter-5.1' "$short has no -$($element.ParameterName) in core-5.1.psd1"
    }
  }
}

# A finding that may hold on some servers only: one line for all of them.
function Add-Note($ast, [string]$rule, [string]$message, [string]$server) {
  $key = "$($ast.Extent.StartOffset)|$rule|$message"
  if (-not $script:notes.Contains($key)) { $script:notes[$key] = @{ ast = $ast; rule = $rule; message = $message; servers = @() } }
  $script:notes[$key].servers += $server
}

function Test-ContractCommand($ast, [string]$module, [string]$name) {
  $script:notes = [ordered]@{}
  $given = [ordered]@{}; $later = @(); $unknownSplat = $false
  $elements = @($ast.CommandElements | Select-Object -Skip 1)
  $any = $cmdlets[$name][-1]
  for ($i = 0; $i -lt $elements.Count; $i++) {
    $e = $elements[$i]
    if ($e -is [System.Management.Automation.Language.CommandParameterAst]) {
      $value = $e.Argument
      $p = Resolve-Parameter $any $e.ParameterName
      $isSwitch = $p -and $any.parameters[$p].type -eq 'SwitchParameter'
      if (-not $value -and -not $isSwitch -and $i + 1 -lt $elements.Count -and $elements[$i + 1] -isnot [System.Management.Automation.Language.CommandParameterAst]) { $value = $elements[++$i] }
      $given[$e.ParameterName] = @{ ast = $e; value = $value }
    }
    elseif ($e -is [System.Management.Automation.Language.VariableExpressionAst] -and $e.Splatted) {
      $splat = Get-Splat $e.VariablePath.UserPath
      if ($null -eq $splat) { $unknownSplat = $true; Add-Finding $e 'unknown-splat' 'the keys of this splat are not literal' }
      else { foreach ($k in $splat.keys) { $given[$k] = @{ ast = $e; value = $null } }; $later += $splat.later }
    }
    else { Add-Finding $e 'positional' 'name every parameter of a module cmdlet'; $unknownSplat = $true }
  }
  if ($module -eq '') { Add-Finding $ast 'not-qualified' "write $($any.module)\$name" }
  elseif ($module -ne $any.module) { Add-Finding $ast 'not-qualified' "$name belongs to $($any.module)" }
  if ($any['needsCredSspRemotely']) { Add-Finding $ast 'second-hop' 'documented as not usable remotely without CredSSP; allow it only where another way is proven' }
  foreach ($server in $servers) {
    $variant = $cmdlets[$name] | Where-Object { $server -in $_.servers } | Select-Object -First 1
    if (-not $variant) { Add-Note $ast 'unknown-command' "$name does not exist" $server; continue }
    $resolved = @(); $bad = $false
    foreach ($n in @($given.Keys) + $later) {
      $where = if ($given.Contains($n)) { $given[$n].ast } else { $ast }
      if ($n -in $common) { continue }
      $p = Resolve-Parameter $variant $n
      if (-not $p) { $bad = $true; Add-Note $where 'unknown-parameter' "$name has no -$n" $server; continue }
      if ($n -ne $p -and $n -notin $variant.parameters[$p]['aliases']) { Add-Finding $where 'abbreviated' "write -$p" }
      if ($given.Contains($n)) { $resolved += $p; Test-Value $where $name $variant.parameters[$p] $p $given[$n].value }
      Test-VmByName $where $name $variant $p $n
    }
    if ($bad -or $unknownSplat) { continue }
    $piped = $ast.Parent -is [System.Management.Automation.Language.PipelineAst] -and $ast.Parent.PipelineElements.IndexOf($ast) -gt 0
    $fits = @(foreach ($set in $variant.sets.Keys) {
        $s = $variant.sets[$set]; $members = @($s['mandatory']) + @($s['optional'])
        if (@($resolved | Where-Object { $_ -notin $members }).Count -eq 0) { $set }
      })
    if ($fits.Count -eq 0) { Add-Note $ast 'parameter-set' "no parameter set of $name has $(($resolved | ForEach-Object { "-$_" }) -join ' ')" $server; continue }
    $whole = @(foreach ($set in $fits) {
        $missing = @($variant.sets[$set]['mandatory'] | Where-Object { $_ -and $_ -notin $resolved -and -not ($piped -and $variant.parameters[$_]['pipeline']) })
        if ($missing.Count -eq 0) { $set }
      })
    if ($whole.Count -eq 0) { Add-Note $ast 'missing-mandatory' "mandatory parameters are missing for every set: $($fits -join ', ')" $server }
    elseif ($whole.Count -gt 1 -and -not $piped -and $variant['defaultSet'] -notin $whole) { Add-Note $ast 'ambiguous-set' "several sets fit: $($whole -join ', ')" $server }
    if ($name -match $asks -and $variant.parameters.ContainsKey('Confirm') -and 'Confirm' -notin $resolved -and 'Force' -notin $resolved) { Add-Finding $ast 'may-prompt' 'add -Confirm:$false' }
  }
  foreach ($note in $script:notes.Values) { Add-Finding $note.ast $note.rule "$($note.message) (Server $($note.servers -join ', '))" }
}

# The full name for a name, an alias or an unambiguous beginning, as the binder finds it.
function Resolve-Parameter($variant, [string]$name) {
  foreach ($p in $variant.parameters.Keys) { if ($p -eq $name) { return $p } }
  foreach ($p in $variant.parameters.Keys) { if ($name -in $variant.parameters[$p]['aliases']) { return $p } }
  $begin = @($variant.parameters.Keys | Where-Object { $_ -like "$name*" })
  if ($begin.Count -eq 1) { return $begin[0] }
}

function Test-Value($where, [string]$name, $parameter, [string]$p, $value) {
  if (-not $parameter['values'] -or -not $value) { return }
  $parts = if ($value -is [System.Management.Automation.Language.ArrayLiteralAst]) { $value.Elements } else { @($value) }
  foreach ($v in $parts) {
    if ($v -is [System.Management.Automation.Language.ConstantExpressionAst] -and "$($v.Value)" -notin $parameter.values) {
      Add-Finding $v 'bad-value' "$name -$p takes $($parameter.values -join ', ')"
    }
  }
}

# A VM's name is not unique and may hold wildcards.
function Test-VmByName($where, [string]$name, $variant, [string]$p, [string]$written) {
  if ($variant.module -ne 'Hyper-V' -or $name -eq 'New-VM') { return }
  if ($p -eq 'VMName' -or $written -eq 'VMName' -or ($p -eq 'Name' -and 'VMName' -in @($variant.parameters[$p]['aliases']))) {
    Add-Finding $where 'vm-by-name' 'select a VM by -Id once, then pass -VM'
  }
}

foreach ($file in $Path) {
  $script:file = $file
  $tokens = $null; $errors = $null
  $ast = [System.Management.Automation.Language.Parser]::ParseFile((Resolve-Path -LiteralPath $file), [ref]$tokens, [ref]$errors)
  $script:allow = @{}; $script:seen = [Collections.Generic.HashSet[string]]::new()
  foreach ($t in $tokens) {
    if ("$($t.Kind)" -eq 'Comment' -and $t.Text -match '^#drover-allow\s+([\w.,-]+):\s*\S') { foreach ($line in $t.Extent.StartLineNumber, ($t.Extent.StartLineNumber + 1)) { $script:allow[$line] = @($script:allow[$line]) + ($Matches[1] -split ',') } }
  }
  foreach ($e in $errors) { Add-Finding $e.Extent 'parse-error' "$($e.ErrorId): $($e.Message)" }
  if ($ast.Extent.Text -match '[^\x00-\x7f]') { Add-Finding $ast.Extent 'non-ascii' 'keep script files ASCII: 5.1 reads a file without BOM in the ANSI code page' }
  $script:functions = $frameFunctions + @($ast.FindAll({ $args[0] -is [System.Management.Automation.Language.FunctionDefinitionAst] }, $true) | ForEach-Object Name)
  $script:assignments = @($ast.FindAll({ $args[0] -is [System.Management.Automation.Language.AssignmentStatementAst] }, $true))
  foreach ($node in $ast.FindAll({ $true }, $true)) { Test-Syntax $node }
}
exit [int]($script:findings -gt 0)
