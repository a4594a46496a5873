// The warm side of the runner: one socket to Node, JSON lines, many runs, each in a fresh runspace.
using System;
using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace Drover.Stub
{
    public static class Wire
    {
        internal static readonly ConcurrentDictionary<Guid, Run> ByRunspace = new ConcurrentDictionary<Guid, Run>();
        static readonly ConcurrentDictionary<string, Run> ById = new ConcurrentDictionary<string, Run>();
        static readonly object WriteLock = new object();
        static StreamWriter writer;

        internal static Run Current()
        {
            var runspace = Runspace.DefaultRunspace;
            return runspace != null && ByRunspace.TryGetValue(runspace.InstanceId, out var run) ? run : null;
        }

        internal static void Send(JsonObject message)
        {
            var line = message.ToJsonString();
            lock (WriteLock) { writer.Write(line); writer.Write('\n'); writer.Flush(); }
        }

        /// <summary>Serves runs until the socket closes.</summary>
        public static void Serve(int port, string token, string[] modules, IDictionary aliases)
        {
            using var client = new TcpClient("127.0.0.1", port) { NoDelay = true };
            using var stream = client.GetStream();
            writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16);
            Send(new JsonObject { ["t"] = "hello", ["token"] = token, ["pid"] = Environment.ProcessId });
            Runspaces.Prepare(modules, aliases);
            var first = Runspaces.Open();
            Runspaces.Return(first);
            Send(new JsonObject { ["t"] = "ready" });
            using var reader = new StreamReader(stream, Encoding.UTF8);
            for (string line; (line = reader.ReadLine()) != null;)
            {
                var m = JsonDocument.Parse(line).RootElement;
                var id = m.GetProperty("id").GetString();
                switch (m.GetProperty("t").GetString())
                {
                    case "run":
                        var run = new Run(id, m);
                        ById[id] = run;
                        new Thread(() => { try { run.Execute(); } finally { ById.TryRemove(id, out _); } }, 8 << 20) { IsBackground = true }.Start();
                        break;
                    case "answer": if (ById.TryGetValue(id, out var r)) r.Answer(m); break;
                    case "job": if (ById.TryGetValue(id, out var j)) j.UpdateJob(m); break;
                    case "stop": if (ById.TryGetValue(id, out var s)) s.Stop(); break;
                }
            }
        }
    }

    /// <summary>Opens runspaces ahead of need: one is always being made while another works.</summary>
    static class Runspaces
    {
        const int Ahead = 2;
        static InitialSessionState fresh;
        static readonly ConcurrentQueue<Tuple<Runspace, StubHost>> Ready = new ConcurrentQueue<Tuple<Runspace, StubHost>>();

        internal static void Prepare(string[] modules, IDictionary aliases)
        {
            fresh = InitialSessionState.CreateDefault();
            fresh.ThreadOptions = PSThreadOptions.UseCurrentThread;
            fresh.ImportPSModule(modules);
            foreach (DictionaryEntry alias in aliases)
                fresh.Commands.Add(new SessionStateAliasEntry((string)alias.Key, (string)alias.Value, "", ScopedItemOptions.AllScope));
        }

        internal static void Return(Tuple<Runspace, StubHost> opened) { Ready.Enqueue(opened); }

        internal static Tuple<Runspace, StubHost> Open()
        {
            var host = new StubHost();
            var runspace = RunspaceFactory.CreateRunspace(host, fresh.Clone());
            runspace.Open();
            return Tuple.Create(runspace, host);
        }

        internal static Tuple<Runspace, StubHost> Take()
        {
            var found = Ready.TryDequeue(out var opened);
            if (Ready.Count < Ahead) Task.Run(() => Return(Open()));
            return found ? opened : Open();
        }
    }

    class Run
    {
        readonly string id;
        readonly string script;
        readonly string[] input;
        readonly string culture;
        readonly Dictionary<string, string> drives = new Dictionary<string, string>();
        readonly ConcurrentDictionary<string, TaskCompletionSource<JsonElement>> calls = new ConcurrentDictionary<string, TaskCompletionSource<JsonElement>>();
        readonly ConcurrentDictionary<string, StubJob> jobs = new ConcurrentDictionary<string, StubJob>();
        int nextCall;
        PowerShell shell;
        volatile bool stopped;

        /// <summary>The host that it runs on: its drive C stands nowhere else.</summary>
        internal string Machine { get { return drives.TryGetValue("C", out var c) ? c : id; } }
        internal bool IsStopped { get { return stopped; } }

        internal Run(string id, JsonElement m)
        {
            this.id = id;
            script = m.GetProperty("script").GetString();
            input = m.TryGetProperty("input", out var i) && i.ValueKind == JsonValueKind.String ? i.GetString().Split('\n') : new string[0];
            culture = m.TryGetProperty("culture", out var c) && c.ValueKind == JsonValueKind.String ? c.GetString() : "en-US";
            if (m.TryGetProperty("drives", out var d)) foreach (var p in d.EnumerateObject()) drives[p.Name] = p.Value.GetString();
        }

        internal JsonElement Call(string cmdlet, string set, JsonObject bound)
        {
            var call = Interlocked.Increment(ref nextCall).ToString(CultureInfo.InvariantCulture);
            var waiter = calls[call] = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
            Wire.Send(new JsonObject { ["t"] = "call", ["id"] = id, ["call"] = call, ["cmdlet"] = cmdlet, ["set"] = set, ["bound"] = bound });
            if (stopped) throw new PipelineStoppedException();
            return waiter.Task.GetAwaiter().GetResult();
        }

        internal void Answer(JsonElement m) { if (calls.TryRemove(m.GetProperty("call").GetString(), out var waiter)) waiter.TrySetResult(m); }
        internal void AddJob(string job, StubJob stub) { jobs[job] = stub; }
        internal void UpdateJob(JsonElement m) { if (jobs.TryGetValue(m.GetProperty("job").GetString(), out var job)) job.Update(m); }

        internal void Stop()
        {
            stopped = true;
            foreach (var waiter in calls.Values) waiter.TrySetException(new PipelineStoppedException());
            shell?.BeginStop(null, null);
        }

        internal void Execute()
        {
            var end = new JsonObject { ["t"] = "done", ["id"] = id };
            Tuple<Runspace, StubHost> fresh = null;
            try
            {
                fresh = Runspaces.Take();
                var runspace = fresh.Item1;
                Wire.ByRunspace[runspace.InstanceId] = this;
                Thread.CurrentThread.CurrentCulture = Thread.CurrentThread.CurrentUICulture = CultureInfo.GetCultureInfo(culture);
                Runspace.DefaultRunspace = runspace;
                var session = runspace.SessionStateProxy;
                var files = session.Provider.GetOne("FileSystem");
                foreach (var drive in drives)
                    session.Drive.New(new PSDriveInfo(drive.Key, files, drive.Value, null, null), "global");
                var code = Invoke(runspace, out var failed);
                end["exitCode"] = fresh.Item2.ExitCode ?? (failed ? 1 : code);
            }
            catch (Exception e) { end["exitCode"] = 1; end["crash"] = e.ToString(); }
            end["stopped"] = stopped;
            HostMutex.Abandon(this);
            if (fresh != null) { Wire.ByRunspace.TryRemove(fresh.Item1.InstanceId, out _); }
            Wire.Send(end);
            fresh?.Item1.Dispose();
        }

        int Invoke(Runspace runspace, out bool failed)
        {
            failed = false;
            using var ps = shell = PowerShell.Create(runspace);
            if (stopped) { failed = true; return 1; }
            ps.AddScript(script, false);
            ps.Streams.Error.DataAdded += (s, a) => SendError(ps.Streams.Error[a.Index], false);
            ps.Streams.Warning.DataAdded += (s, a) => SendText("warning", ps.Streams.Warning[a.Index].Message);
            ps.Streams.Progress.DataAdded += (s, a) => SendText("progress", ps.Streams.Progress[a.Index].Activity);
            ps.Streams.Information.DataAdded += (s, a) => SendText("information", ps.Streams.Information[a.Index].MessageData?.ToString());
            var output = new PSDataCollection<PSObject>();
            var others = new List<PSObject>();
            output.DataAdded += (s, a) =>
            {
                var item = output[a.Index];
                if (item?.BaseObject is string text) { Flush(others); SendText("stdout", text); }
                else if (item != null) others.Add(item);
            };
            var lines = new PSDataCollection<string>();
            foreach (var line in input) lines.Add(line);
            lines.Complete();
            try { ps.Invoke(lines, output); }
            catch (PipelineStoppedException) { failed = true; }
            catch (RuntimeException e) { failed = true; SendError(e.ErrorRecord, true); }
            Flush(others);
            return 0;
        }

        // Objects that are not strings are formatted as powershell.exe would; scripts should not emit any.
        void Flush(List<PSObject> others)
        {
            if (others.Count == 0) return;
            using (var ps = PowerShell.Create(RunspaceMode.NewRunspace))
                foreach (var line in ps.AddCommand("Out-String").AddParameter("Stream").AddParameter("Width", 4096).Invoke(others))
                    SendText("stdout", line.ToString());
            others.Clear();
        }

        void SendText(string kind, string text)
        {
            foreach (var line in (text ?? "").Split('\n'))
                Wire.Send(new JsonObject { ["t"] = kind, ["id"] = id, ["text"] = line.TrimEnd('\r') });
        }

        void SendError(ErrorRecord e, bool terminating)
        {
            Wire.Send(new JsonObject
            {
                ["t"] = "error", ["id"] = id, ["terminating"] = terminating,
                ["message"] = e.Exception?.Message, ["type"] = e.Exception?.GetType().FullName,
                ["errorId"] = e.FullyQualifiedErrorId, ["category"] = e.CategoryInfo.Category.ToString(),
                ["activity"] = e.CategoryInfo.Activity, ["target"] = e.CategoryInfo.TargetName, ["hresult"] = e.Exception?.HResult,
                ["line"] = e.InvocationInfo?.ScriptLineNumber, ["column"] = e.InvocationInfo?.OffsetInLine, ["position"] = e.InvocationInfo?.PositionMessage,
            });
        }
    }

    /// <summary>A host without a console, as under powershell.exe -NonInteractive: a prompt is an error.</summary>
    class StubHost : PSHost
    {
        readonly Guid instance = Guid.NewGuid();
        internal int? ExitCode;
        public override CultureInfo CurrentCulture { get { return CultureInfo.GetCultureInfo("en-US"); } }
        public override CultureInfo CurrentUICulture { get { return CultureInfo.GetCultureInfo("en-US"); } }
        public override Guid InstanceId { get { return instance; } }
        public override string Name { get { return "ServerRemoteHost"; } }
        public override PSHostUserInterface UI { get { return null; } }
        public override Version Version { get { return new Version(5, 1, 20348, 1); } }
        public override void EnterNestedPrompt() { }
        public override void ExitNestedPrompt() { }
        public override void NotifyBeginApplication() { }
        public override void NotifyEndApplication() { }
        public override void SetShouldExit(int exitCode) { ExitCode = exitCode; }
    }
}
