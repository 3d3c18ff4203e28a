using System.Globalization;
using System.Runtime.Intrinsics.X86;

namespace MrfSimd.Tests.Simd;

public class CpuCachesTests
{
    // Linux asks the processors too, and lists what each says: cores may differ.
    private const string Processors = "/sys/devices/system/cpu";

    [Fact]
    public void SecondLevelBytes_WhereLinuxListsTheCaches_IsWhatItSays()
    {
        long[] listed = X86Base.IsSupported && Directory.Exists(Processors) ? [.. SecondLevels()] : [];
        if (listed.Length > 0) Assert.Contains(CpuCaches.SecondLevelBytes, listed);
        else Assert.InRange(CpuCaches.SecondLevelBytes, 64 * 1024, 1L << 30);
    }

    private static IEnumerable<long> SecondLevels() =>
        from processor in Directory.GetDirectories(Processors, "cpu*")
        let caches = Path.Combine(processor, "cache")
        where Directory.Exists(caches)
        from cache in Directory.GetDirectories(caches, "index*")
        where File.ReadAllText(Path.Combine(cache, "level")).Trim() == "2"
        select 1024 * long.Parse(File.ReadAllText(Path.Combine(cache, "size")).Trim().TrimEnd('K'), CultureInfo.InvariantCulture);
}
