# What scripts about moves have in common: whether one is under way, how far it is, what the host said of its end.

# The newest of this VM: a job stays for five minutes after its end. From state 7 on it is over; 7 itself is success.
function Get-MoveJob([guid]$VmId) {
  CimCmdlets\Get-CimInstance -ClassName Msvm_MigrationJob -Namespace 'root\virtualization\v2' -Property InstanceID, VirtualSystemName, JobState, PercentComplete, ErrorDescription, StartTime |
    Where-Object { [string]$_.VirtualSystemName -eq [string]$VmId } | Sort-Object -Property StartTime | Select-Object -Last 1
}

# How far the host is with whatever it does on the VM, as saving its memory for a quick move is.
function Get-TaskPercent([guid]$VmId) {
  $service = CimCmdlets\Get-CimInstance -ClassName Msvm_VirtualSystemManagementService -Namespace 'root\virtualization\v2' -Property Name
  $answer = CimCmdlets\Invoke-CimMethod -InputObject $service -MethodName GetSummaryInformation -Arguments @{ RequestedInformation = [uint32[]](0, 108) }
  $percent = 0
  foreach ($s in @($answer.SummaryInformation | Where-Object { $null -ne $_ -and [string]$_.Name -eq [string]$VmId })) {
    foreach ($reference in @($s.AsynchronousTasks | Where-Object { $null -ne $_ })) {
      foreach ($task in @(CimCmdlets\Get-CimInstance -InputObject $reference -ErrorAction SilentlyContinue)) { $percent = [int]$task.PercentComplete }
    }
  }
  $percent
}

# isMoving: surely. isPending: its role changes state, as in a quick move, a start, a stop.
function Get-Move([guid]$VmId, [bool]$IsClustered) {
  $move = @{ isMoving = $false; isPending = $false; jobId = ''; jobState = 0; percent = 0; words = ''; owner = ''; state = '' }
  $job = Get-MoveJob $VmId
  if ($null -ne $job) {
    $move.jobId = [string]$job.InstanceID; $move.jobState = [int]$job.JobState; $move.words = [string]$job.ErrorDescription
    if ($move.jobState -lt 7) { $move.isMoving = $true; $move.percent = [int]$job.PercentComplete }
  }
  if ($IsClustered) {
    $group = FailoverClusters\Get-ClusterGroup -VMId $VmId
    $move.owner = [string]$group.OwnerNode.Name; $move.state = [string]$group.State
    # Status 4: it waits in the queue of moves.
    if (([uint64]$group.StatusInformation -band 4) -ne 0) { $move.isMoving = $true }
    elseif ($move.state -eq 'Pending' -and -not $move.isMoving) { $move.isPending = $true; $move.percent = Get-TaskPercent $VmId }
  }
  $move
}

function Test-Here([guid]$VmId) { @(Hyper-V\Get-VM | Where-Object { [string]$_.Id -eq [string]$VmId }).Count -gt 0 }

# A folder of the VM's own: that of the step that made it, else one of its id.
function Get-OwnFolder($Vm) {
  foreach ($line in @([string]$Vm.Notes -split '\r?\n')) { if ($line -cmatch '^drover:([A-Za-z0-9][A-Za-z0-9_-]{0,79})\z') { return [string]$Matches[1] } }
  [string]$Vm.Id
}

function Wait-Poll { Start-Sleep -Milliseconds 1000 }
