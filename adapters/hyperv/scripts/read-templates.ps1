# Sizes of the template files that this host has, of those named.
param([Parameter(Mandatory = $true)][AllowEmptyCollection()][string[]]$Paths)
$found = foreach ($path in $Paths) {
  if (-not (Test-Path -LiteralPath $path)) { continue }
  $template = [ordered]@{ path = $path }
  # One that is locked or broken is there all the same.
  $vhd = @(Hyper-V\Get-VHD -Path $path -ErrorAction SilentlyContinue)
  if ($vhd.Count -eq 1) { $template.sizeBytes = [long]$vhd[0].Size }
  $template
}
[ordered]@{ templates = @($found) }
