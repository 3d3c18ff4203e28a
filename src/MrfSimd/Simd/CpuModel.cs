using System.Runtime.Intrinsics.X86;

namespace MrfSimd;

/// <summary>What instructions do not say about this processor, but its name does (CPUID leaves 0 and 1; AMD APM vol. 3).</summary>
internal static class CpuModel
{
    // Of Zen 3 too, which has no vectors of 512 bits.
    private const int Zen4Family = 0x19;

    /// <summary>
    /// Whether vectors of 512 bits pass in two halves through every unit (AMD Zen 4): multiply-adds are then no faster beside the divider than those of
    /// 256 bits, and seven of them take longer than its root.
    /// </summary>
    public static bool HalvesVectors()
    {
        if (!X86Base.IsSupported) return false;
        (_, int first, int last, int middle) = X86Base.CpuId(0, 0);
        int version = X86Base.CpuId(1, 0).Eax;
        return (first, middle, last) == (0x68747541, 0x69746E65, 0x444D4163) // "Auth", "enti", "cAMD"
            && (version >> 8 & 0xF) + (version >> 20 & 0xFF) == Zen4Family;
    }
}
