using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace MrfSimd.Perf;

/// <summary>What a result ran on: it is worth nothing without.</summary>
internal static class Machine
{
    private const string CpuInfo = "/proc/cpuinfo";

    /// <summary>The processor: the model's name is not enough where a virtual machine hides it.</summary>
    public static string Cpu => File.Exists(CpuInfo)
        ? $"{Field("model name")} (family {Field("cpu family")}, model {Field("model\t")})"
        : RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>Peers that need a library of their own, and whether it is there.</summary>
    public static (string Name, bool IsInstalled)[] Peers =>
    [
        (PeerNames.OpenBlas, OpenBlas.IsInstalled), (PeerNames.OnnxRuntime, OnnxPeer.IsInstalled), (PeerNames.Native, NativePeer.IsInstalled),
    ];

    /// <summary>Versions of this library, with the commit it was built from, of the system and of the peers.</summary>
    public static Dictionary<string, string> Versions()
    {
        Dictionary<string, string> versions = new()
        {
            ["mrfsimd"] = InformationalVersion(typeof(SimdDispatch)),
            ["os"] = RuntimeInformation.OSDescription,
            [PeerNames.Tensors] = InformationalVersion(typeof(System.Numerics.Tensors.TensorPrimitives)).Split('+')[0],
            [PeerNames.MathNet] = InformationalVersion(typeof(MathNet.Numerics.Control)).Split('+')[0],
        };
        if (OnnxPeer.IsInstalled) versions[PeerNames.OnnxRuntime] = InformationalVersion(typeof(Microsoft.ML.OnnxRuntime.OrtEnv)).Split('+')[0];
        if (OpenBlas.IsInstalled) versions[PeerNames.OpenBlas] = OpenBlas.Version;
        return versions;
    }

    /// <summary>Bytes of the first processor's data caches, by level from 1; empty where the system does not tell.</summary>
    public static IReadOnlyList<long> Caches()
    {
        SortedDictionary<int, long> sizes = [];
        const string folder = "/sys/devices/system/cpu/cpu0/cache";
        foreach (string index in Directory.Exists(folder) ? Directory.GetDirectories(folder, "index*") : [])
        {
            string Text(string name) => File.ReadAllText(Path.Combine(index, name)).Trim();
            if (Text("type") == "Instruction") continue;
            string size = Text("size");
            long unit = size[^1] switch { 'K' => 1 << 10, 'M' => 1 << 20, _ => 1 };
            sizes[int.Parse(Text("level"), CultureInfo.InvariantCulture)] = unit * long.Parse(size.TrimEnd('K', 'M'), CultureInfo.InvariantCulture);
        }
        return [.. sizes.Values];
    }

    private static string Field(string name) =>
        File.ReadLines(CpuInfo).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "?";

    private static string InformationalVersion(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "?";
}
