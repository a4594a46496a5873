// Stands for Threading.Mutex: a name is one host's alone, though many hosts are one process here.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Threading;

namespace Drover.Stub
{
    public sealed class HostMutex : IDisposable
    {
        class State { internal Run Owner; internal int Count; internal bool IsAbandoned; }

        const int LookEveryMs = 50;
        static readonly Dictionary<string, State> All = new Dictionary<string, State>(StringComparer.Ordinal);
        readonly Run run = Wire.Current();
        readonly string key;

        public HostMutex(bool initiallyOwned, string name)
        {
            key = run.Machine + "|" + name;
            if (initiallyOwned) WaitOne(-1);
        }

        public bool WaitOne(int milliseconds)
        {
            var until = milliseconds < 0 ? long.MaxValue : Environment.TickCount64 + milliseconds;
            lock (All)
            {
                if (!All.TryGetValue(key, out var state)) All[key] = state = new State();
                while (state.Owner != null && state.Owner != run)
                {
                    var left = until - Environment.TickCount64;
                    if (run.IsStopped) throw new PipelineStoppedException();
                    if (left <= 0) return false;
                    Monitor.Wait(All, (int)Math.Min(left, LookEveryMs));
                }
                state.Owner = run;
                state.Count++;
                var wasAbandoned = state.IsAbandoned;
                state.IsAbandoned = false;
                if (wasAbandoned) throw new AbandonedMutexException();
                return true;
            }
        }

        /// <summary>A process that was ended gives nothing back itself, whatever its script would do at last.</summary>
        public void ReleaseMutex()
        {
            if (run.IsStopped) return;
            lock (All)
            {
                if (!All.TryGetValue(key, out var state) || state.Owner != run) throw new ApplicationException("The mutex is not owned by this script.");
                if (--state.Count == 0) state.Owner = null;
                Monitor.PulseAll(All);
            }
        }

        public void Dispose() { }

        /// <summary>What Windows does when a process ends that holds some.</summary>
        internal static void Abandon(Run ended)
        {
            lock (All)
            {
                foreach (var state in All.Values.Where(one => one.Owner == ended)) { state.Owner = null; state.Count = 0; state.IsAbandoned = true; }
                Monitor.PulseAll(All);
            }
        }
    }
}
