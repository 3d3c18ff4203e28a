using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.LinearAlgebra;

/// <summary>The machine code of the kernels, as the JIT of a child process prints it.</summary>
internal static unsafe partial class KernelDisassembly
{
    /// <summary>The argument with which the test assembly, run as a program, exercises the kernels and ends.</summary>
    public const string ExerciseArgument = "exercise-kernels";

    // Of micro-kernels; packing and finish; element-wise work; spins.
    private const string InnermostMethods =
        "Tile OneRow ByRow CopyRows ToPlanes SplitRow Pack512 Pack256 *FewRowsTiles*:Multiply *FewRowsTiles*:MultiplyLong *RangeJob*:Run *Sweeps*:Signal *Sweeps*:Tangents *Sweeps*:B1 *RepetitionTable*:Fill "
        + "FillExponentials FillCoefficients FillReal *PhaseGraphs*:Repeat *PhaseGraphs*:AddRotation *RowWriter*:Write";

    // A signal's graph and three derivatives in one loop have no room in 16 registers. A dozen of values are kept in the stack, and still it is faster than
    // loops without them: one for each graph, or one that reads the operators from memory each time.
    private const string For32Registers = " *PhaseGraphs*:RepeatWithTangents";

    // What the JIT says of methods that it does not compile again.
    private const string Optimized = "(FullOpts)";

    private static readonly ConcurrentDictionary<SimdLevel, Dictionary<string, string>> s_listings = new();

    /// <summary>Kernels of the level in force: every height and width of tile, and all families through their public entries.</summary>
    public static void Exercise()
    {
        if (SimdDispatch.Level == SimdLevel.Avx512)
        {
            Exercise<ComplexKernel512<float>>(swapping: true);
            Exercise<GaussKernel512<float>>();
            Exercise<RealKernel512<float>>();
        }
        else if (SimdDispatch.Level == SimdLevel.Avx2)
        {
            Exercise<ComplexKernel256<float>>(swapping: true);
            Exercise<GaussKernel256<float>>();
            Exercise<RealKernel256<float>>();
        }
        KernelExercise.Run();
    }

    /// <summary>Listings of a level's kernels, by method, printed once.</summary>
    public static Dictionary<string, string> Of(SimdLevel level) => s_listings.GetOrAdd(level, Print);

    /// <summary>Runs the test assembly as a program under a runtime switch and returns its kernels' listings, by method.</summary>
    private static Dictionary<string, string> Print(SimdLevel level)
    {
        string output = Path.GetTempFileName();
        try
        {
            ProcessStartInfo start = new(Environment.ProcessPath!, [typeof(KernelDisassembly).Assembly.Location, ExerciseArgument]) { UseShellExecute = false };
            // With AVX-512 on, the JIT would give the AVX2 kernels 32 registers.
            start.Environment["DOTNET_EnableAVX512"] = level == SimdLevel.Avx512 ? "1" : "0";
            start.Environment["DOTNET_JitDisasm"] = level == SimdLevel.Avx512 ? InnermostMethods + For32Registers : InnermostMethods;
            start.Environment["DOTNET_JitStdOutFile"] = output;
            using Process process = Process.Start(start)!;
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
            return Listing().Split(File.ReadAllText(output)).Skip(1).Chunk(2).Where(pair => pair[0].EndsWith(Optimized, StringComparison.Ordinal))
                .ToDictionary(pair => pair[0], pair => pair[1]);
        }
        finally
        {
            File.Delete(output);
        }
    }

    /// <summary>What a kernel's inner loop must not contain: calls, and operands on the stack. Empty if all is well.</summary>
    public static IReadOnlyList<string> Faults(string listing)
    {
        string[] lines = listing.Split('\n');
        List<(int First, int Last)> loops = Loops(lines);
        if (loops.Count == 0) return ["no loop"];
        string[][] kernels =
        [
            .. loops.Where(loop => !loops.Any(inner => inner != loop && inner.First >= loop.First && inner.Last <= loop.Last))
                .Select(loop => lines[loop.First..(loop.Last + 1)])
                .Where(loop => loop.Any(line => Vectors().IsMatch(line))),
        ];
        if (kernels.Length == 0) return ["no vectors in an inner loop"];
        return [.. kernels.SelectMany(loop => loop).Where(line => Forbidden().IsMatch(line)).Select(line => line.Trim())];
    }

    /// <summary>The lines from a label to a jump back to it, for each such jump.</summary>
    private static List<(int First, int Last)> Loops(string[] lines)
    {
        Dictionary<string, int> labels = [];
        List<(int, int)> loops = [];
        for (int i = 0; i < lines.Length; i++)
        {
            Match label = Label().Match(lines[i]), jump = Jump().Match(lines[i]);
            if (label.Success) labels[label.Groups[1].Value] = i;
            if (jump.Success && labels.TryGetValue(jump.Groups[1].Value, out int first)) loops.Add((first, i));
        }
        return loops;
    }

    private static void Exercise<TKernel>(bool swapping = false) where TKernel : IMicroKernel<float>
    {
        using AlignedBuffer<float> operands = new(4096), tile = new(Blocking.TileReals);
        fixed (float* x = operands.Span, t = tile.Span)
            for (int rows = 1; rows <= TKernel.Rows; rows++)
                for (int panels = 1; panels <= TKernel.Panels; panels++)
                {
                    Run<TKernel>(rows, panels, swapping, x, null, t);
                    if (TKernel.PacksRight(rows)) Run<TKernel>(rows, panels, swapping, x, x, t);
                }
    }

    private static void Run<TKernel>(int rows, int panels, bool swapping, float* operands, float* source, float* tile) where TKernel : IMicroKernel<float>
    {
        foreach (bool swapped in swapping ? [false, true] : new[] { false })
        {
            TileOperands<float> x = new(2, operands, 16, 1, operands, 1024, 512, default) { Source = source };
            TKernel.Run(rows, panels, swapped, ref x, tile, false);
        }
    }

    [GeneratedRegex(@"^; Assembly listing for method (.*\))\s*$", RegexOptions.Multiline)]
    private static partial Regex Listing();

    [GeneratedRegex(@"^(G_M\w+_IG\d+):")]
    private static partial Regex Label();

    [GeneratedRegex(@"^\s+j\w+\s+(?:SHORT )?(G_M\w+_IG\d+)")]
    private static partial Regex Jump();

    [GeneratedRegex(@"\b[yz]mm\d")]
    private static partial Regex Vectors();

    [GeneratedRegex(@"^\s+call\b|\[(rsp|rbp)\b")]
    private static partial Regex Forbidden();
}
