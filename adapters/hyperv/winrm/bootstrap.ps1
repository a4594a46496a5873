# What -EncodedCommand carries. Standard input: one base64 line of UTF-8 JSON { name, sha256, script, parameters }.
# Standard output: what the script writes, text in UTF-8. A half-sent line is no JSON, so nothing of it runs.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Set-StrictMode -Version 2.0
[Threading.Thread]::CurrentThread.CurrentCulture = [Globalization.CultureInfo]::InvariantCulture
[Threading.Thread]::CurrentThread.CurrentUICulture = [Globalization.CultureInfo]::InvariantCulture
#drover-allow console: how text is written, not text
[Console]::OutputEncoding = New-Object Text.UTF8Encoding $false
$bytes = [Convert]::FromBase64String((@($input) -join '').Trim())
$request = ConvertFrom-Json -InputObject ([Text.Encoding]::UTF8.GetString($bytes))
$hash = [Security.Cryptography.SHA256]::Create().ComputeHash([Text.Encoding]::UTF8.GetBytes($request.script))
if (([BitConverter]::ToString($hash) -replace '-', '') -ne $request.sha256) { throw 'The script does not match its SHA-256.' }
$parameters = @{}
foreach ($p in $request.parameters.PSObject.Properties) { $parameters[$p.Name] = $p.Value }
# The one place where a constant file becomes code; its parameters stay values.
#drover-allow script-block-create: the file itself
$operation = [ScriptBlock]::Create($request.script)
#drover-allow dynamic-command: the operation itself
& $operation @parameters
