using System.Runtime.Intrinsics.X86;

namespace MrfSimd;

/// <summary>The caches of this processor, as it describes them itself (CPUID leaf 4, of AMD leaf 0x8000001D; Intel SDM vol. 2A, AMD APM vol. 3).</summary>
internal static class CpuCaches
{
    private const int IntelLeaf = 4, AmdLeaf = unchecked((int)0x8000001D), MostCaches = 16;

    /// <summary>Bytes of the second-level cache of a core; 1 MiB where the processor does not say.</summary>
    public static readonly long SecondLevelBytes = Bytes(level: 2) ?? 1024 * 1024;

    private static long? Bytes(int level)
    {
        if (!X86Base.IsSupported) return null;
        return Bytes(IntelLeaf, 0, level) ?? Bytes(AmdLeaf, unchecked((int)0x80000000), level);
    }

    private static long? Bytes(int leaf, int range, int level)
    {
        if ((uint)X86Base.CpuId(range, 0).Eax < (uint)leaf) return null;
        for (int index = 0; index < MostCaches; index++)
        {
            (int eax, int ebx, int ecx, _) = X86Base.CpuId(leaf, index);
            if ((eax & 31) == 0) return null;
            if ((eax >> 5 & 7) != level) continue;
            // Ways, partitions, bytes of a line and sets, each less one.
            return ((long)((uint)ebx >> 22) + 1) * ((ebx >> 12 & 0x3FF) + 1) * ((ebx & 0xFFF) + 1) * ((long)(uint)ecx + 1);
        }
        return null;
    }
}
