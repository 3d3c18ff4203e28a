using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.LinearAlgebra;

/// <summary>A new runtime must not halve the speed unseen: the inner loops of the kernels neither call nor spill.</summary>
[Trait(Kernel.Trait, Kernel.Name)]
public class KernelDisassemblyTests
{
    // The scalar micro-kernels have no loop of vectors to look at: with scalar here too, no leg of CI runs out of data.
    [Theory]
    [MemberData(nameof(Levels.All), MemberType = typeof(Levels))]
    public void InnerLoops_OfAllMicroKernels_NeitherCallNorSpill(SimdLevel level)
    {
        if (level == SimdLevel.Scalar) return;
        Dictionary<string, string> listings = KernelDisassembly.Of(level).Where(pair => IsMicroKernel(pair.Key)).ToDictionary();
        // Complex 6 rows x {1, 2} panels x {plain, swapped}, Gauss 8 rows, real 14 rows x 2 panels; at AVX2 6 x 2 and one row x 4 panels x 2, 4 and 6 x 2.
        // Complex and real ones once more, packing the right panels; at AVX2 the complex ones pack one or two of them, but for a single row.
        Assert.Equal(level == SimdLevel.Avx512 ? 2 * 24 + 8 + 2 * 28 : 14 + 2 * 10 + 4 + 2 * 12, listings.Count);
        AssertFaultless(listings);
    }

    [Theory]
    [MemberData(nameof(Levels.All), MemberType = typeof(Levels))]
    public void InnerLoops_OfAllOtherKernels_NeitherCallNorSpill(SimdLevel level)
    {
        if (level == SimdLevel.Scalar) return;
        Dictionary<string, string> listings = KernelDisassembly.Of(level).Where(pair => !IsMicroKernel(pair.Key)).ToDictionary();
        // Activations, packing, finish, spins; names of the types that hold the loops.
        Assert.All(
            ["RangeJob", "Packing", "ColumnsToPlanes", "FewRowsTiles", "TileWalk", "IsochromatModel+Sweeps", "PhaseGraphs", "RepetitionTable", "TabulatedFactors", "RowWriter"],
            family => Assert.Contains(listings.Keys, method => method.Contains(family, StringComparison.Ordinal)));
        AssertFaultless(listings);
    }

    private static bool IsMicroKernel(string method) =>
        method.Contains(":Tile[", StringComparison.Ordinal) || method.Contains(":OneRow[", StringComparison.Ordinal);

    private static void AssertFaultless(Dictionary<string, string> listings) => Assert.All(listings, listing => Assert.True(
        KernelDisassembly.Faults(listing.Value).Count == 0, $"{listing.Key}: {string.Join("; ", KernelDisassembly.Faults(listing.Value))}"));

    [Theory]
    [InlineData("vmovups  ymm1, ymmword ptr [rsp+0x20]", "[rsp")]
    [InlineData("vfmadd231ps ymm0, ymm1, ymmword ptr [rbp-0x40]", "[rbp")]
    [InlineData("call     [MrfSimd.Packing:Left]", "call")]
    public void Faults_OfALoopThatSpillsOrCalls_NamesTheInstruction(string instruction, string named)
    {
        string loop = $"G_M000_IG04:\n       vfmadd231ps ymm0, ymm1, ymm2\n       {instruction}\n       dec      rdi\nG_M000_IG05:\n       jg       SHORT G_M000_IG04\n";
        Assert.Contains(named, Assert.Single(KernelDisassembly.Faults(loop)));
        Assert.Empty(KernelDisassembly.Faults(loop.Replace(instruction, "nop", StringComparison.Ordinal)));
    }

    [Fact]
    public void Faults_WithoutALoop_SaysSo() => Assert.Equal(["no loop"], KernelDisassembly.Faults("G_M000_IG01:\n       ret\n"));
}
