using System.Runtime.Intrinsics.X86;

namespace MrfSimd;

/// <summary>The caches of this processor, as it describes them itself (CPUID leaf 4, of AMD leaf 0x8000001D; Intel SDM vol. 2A, AMD APM vol. 3).</summary>
internal static class CpuCaches
{
    private const int IntelLeaf = 4, AmdLeaf = unchecked((int)0x8000001D), ExtendedLeaves = unchecked((int)0x80000000), MostCaches = 16;

    /// <summary>Bytes of the second-level cache that a core uses; 1 MiB where the processor does not say.</summary>
    public static readonly long SecondLevelBytes = SecondLevel(IntelLeaf) ?? SecondLevel(AmdLeaf) ?? 1024 * 1024;

    private static long? SecondLevel(int leaf)
    {
        // The first leaf of either kind names the last one there is.
        if (!X86Base.IsSupported || (uint)X86Base.CpuId(leaf & ExtendedLeaves, 0).Eax < (uint)leaf) return null;
        for (int index = 0; index < MostCaches; index++)
        {
            (int eax, int ebx, int ecx, _) = X86Base.CpuId(leaf, index);
            int kind = eax & 31, level = eax >> 5 & 7;
            if (kind == 0) return null;
            // Ways, partitions, bytes of a line and sets, each less one.
            if (level == 2) return ((long)((uint)ebx >> 22) + 1) * ((ebx >> 12 & 0x3FF) + 1) * ((ebx & 0xFFF) + 1) * ((long)(uint)ecx + 1);
        }
        return null;
    }
}
