// Who runs the script, as the model says: .NET on Linux knows no Windows account. PowerShell takes the name as it is written
// before it adds "System.", so that `[Security.Principal.WindowsIdentity]` is this one here and .NET's own on Windows.
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using Drover.Stub;

namespace Security.Principal
{
    public class SecurityIdentifier
    {
        public string Value { get; internal set; }
        public override string ToString() { return Value; }
    }

    public class WindowsIdentity
    {
        public string Name { get; private set; }
        public SecurityIdentifier[] Groups { get; private set; }

        public static WindowsIdentity GetCurrent()
        {
            var answer = Wire.Current().Call("WindowsIdentity", "", new JsonObject()).GetProperty("objects")[0];
            var groups = answer.GetProperty("Groups").EnumerateArray().Select(it => new SecurityIdentifier { Value = it.GetString() });
            return new WindowsIdentity { Name = answer.GetProperty("Name").GetString(), Groups = groups.ToArray() };
        }
    }
}
