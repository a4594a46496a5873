# Waits for the end of a move that somebody else ordered, and says what it saw. Changes nothing.
param([Parameter(Mandatory = $true)][guid]$VmId, [Parameter(Mandatory = $true)][string]$HostId)
Confirm-Host $HostId
$name = Get-HostName
$found = @(Hyper-V\Get-VM | Where-Object { [string]$_.Id -eq [string]$VmId })
if ($found.Count -eq 0) { return [ordered]@{ isAway = $true; jobState = 0; words = '' } }
$isClustered = [bool]$found[0].IsClustered
$still = 0; $last = 0; $move = $null
# Three looks in a row: between the queue and the move itself neither shows.
while ($still -lt 3) {
  $move = Get-Move $VmId $isClustered
  if ($move.isMoving -or $move.isPending) { $still = 0 } else { $still++ }
  if ($move.percent -gt $last) { $last = $move.percent; [ordered]@{ progress = 'move'; percent = $last } }
  Wait-Poll
}
$isAway = -not (Test-Here $VmId)
if ($isClustered -and $move.owner -ne $name) { $isAway = $true }
[ordered]@{ isAway = $isAway; jobState = [int]$move.jobState; words = [string]$move.words }
