using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MrfSimd;

/// <summary>
/// A piece of element-wise work. <see cref="Invoke{T}"/> handles <c>T.Count</c> elements from <c>index</c> on; the dispatcher calls it
/// with the widest lanes for whole vectors and with one lane for the remainder. Implement it as a (ref) struct holding the operands.
/// </summary>
public interface ILaneKernel
{
    /// <summary>Handles elements index .. index + T.Count - 1.</summary>
    void Invoke<T>(nuint index) where T : struct, ILanes<T>;
}

/// <summary>A piece of work that brings its own loops over lanes (propagators, reductions, matrix products).</summary>
public interface ILaneJob
{
    /// <summary>Runs the whole job with vectors of <typeparamref name="T"/>, remainders with <typeparamref name="TOne"/> (one lane).</summary>
    void Run<T, TOne>() where T : struct, ILanes<T> where TOne : struct, ILanes<TOne>;
}

/// <summary>A job on 32-bit words and single-precision lanes of one width; see <see cref="SimdDispatch.RunWords{TJob}"/>.</summary>
internal interface IWordJob
{
    /// <summary>Runs the whole job.</summary>
    void Run<TWord, T>() where TWord : struct, IWordLanes<TWord, T> where T : struct, ISingleLanes<T>;
}

/// <summary>
/// The one place that asks which SIMD level to use. The level is chosen at the first call: the best of the machine, or the one that the
/// environment variable MRFSIMD_ISA (scalar, avx2, avx512) demands.
/// </summary>
public static class SimdDispatch
{
    /// <summary>The environment variable that forces a level.</summary>
    public const string EnvironmentVariable = "MRFSIMD_ISA";

    /// <summary>
    /// Whether <see cref="F32x16"/> leaves roots to the divider. It stands here for the JIT to find it as a constant: this class is initialised before
    /// any loop is compiled.
    /// </summary>
    internal static readonly bool RootsByDivider = CpuModel.HalvesVectors();

    private static int s_level = -1;

    /// <summary>The level in force.</summary>
    /// <exception cref="PlatformNotSupportedException">MRFSIMD_ISA names an unknown level or one that this machine lacks.</exception>
    public static SimdLevel Level
    {
        get
        {
            if (s_level < 0) s_level = (int)Choose(Environment.GetEnvironmentVariable(EnvironmentVariable));
            return (SimdLevel)s_level;
        }
    }

    /// <summary>The best level that this machine and runtime offer.</summary>
    public static SimdLevel Best
    {
        get
        {
            if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported && Avx512DQ.IsSupported) return SimdLevel.Avx512;
            return Vector256.IsHardwareAccelerated && Avx2.IsSupported && Fma.IsSupported ? SimdLevel.Avx2 : SimdLevel.Scalar;
        }
    }

    /// <summary>The level that a value of MRFSIMD_ISA stands for on this machine.</summary>
    internal static SimdLevel Choose(string? demanded)
    {
        if (string.IsNullOrEmpty(demanded)) return Best;
        SimdLevel level = demanded switch
        {
            "scalar" => SimdLevel.Scalar,
            "avx2" => SimdLevel.Avx2,
            "avx512" => SimdLevel.Avx512,
            _ => throw new PlatformNotSupportedException($"{EnvironmentVariable} is '{demanded}': expected scalar, avx2 or avx512."),
        };
        if (level > Best)
            throw new PlatformNotSupportedException($"{EnvironmentVariable} is '{demanded}': this machine or runtime offers {Best} at most.");
        return level;
    }

    /// <summary>Forces a level until the result is disposed, so that one test process can compare all of them.</summary>
    internal static LevelScope Force(SimdLevel level)
    {
        if (level > Best) throw new PlatformNotSupportedException($"level is {level}: this machine offers {Best} at most.");
        LevelScope scope = new(Level);
        s_level = (int)level;
        return scope;
    }

    /// <summary>Restores the level that was in force before.</summary>
    internal readonly struct LevelScope(SimdLevel previous) : IDisposable
    {
        public void Dispose() => s_level = (int)previous;
    }

    /// <summary>Runs an element-wise kernel over <paramref name="length"/> elements of the real type <typeparamref name="TReal"/>.</summary>
    public static void ForEach<TReal, TKernel>(TKernel kernel, int length)
        where TReal : unmanaged
        where TKernel : struct, ILaneKernel, allows ref struct
    {
        LoopJob<TKernel> job = new(kernel, (nuint)length);
        Run<TReal, LoopJob<TKernel>>(ref job);
    }

    /// <summary>Runs a job at the level in force: float lanes of its width for float, one double at a time for double.</summary>
    public static void Run<TReal, TJob>(ref TJob job)
        where TReal : unmanaged
        where TJob : struct, ILaneJob, allows ref struct => Run<TReal, TJob>(ref job, Level);

    /// <summary>Runs a job at a given level: for data laid out for it, such as packed matrices.</summary>
    internal static void Run<TReal, TJob>(ref TJob job, SimdLevel level)
        where TReal : unmanaged
        where TJob : struct, ILaneJob, allows ref struct
    {
        if (typeof(TReal) == typeof(double)) job.Run<F64x1, F64x1>();
        else if (level == SimdLevel.Avx512) job.Run<F32x16, F32x1>();
        else if (level == SimdLevel.Avx2) job.Run<F32x8, F32x1>();
        else job.Run<F32x1, F32x1>();
    }

    /// <summary>Runs a job on words and floats at the level in force.</summary>
    internal static void RunWords<TJob>(ref TJob job) where TJob : struct, IWordJob, allows ref struct
    {
        if (Level == SimdLevel.Avx512) job.Run<U32x16, F32x16>();
        else if (Level == SimdLevel.Avx2) job.Run<U32x8, F32x8>();
        else job.Run<U32x1, F32x1>();
    }

    private ref struct LoopJob<TKernel>(TKernel kernel, nuint length) : ILaneJob
        where TKernel : struct, ILaneKernel, allows ref struct
    {
        private TKernel _kernel = kernel;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<T, TOne>() where T : struct, ILanes<T> where TOne : struct, ILanes<TOne>
        {
            TKernel kernel = _kernel;
            nuint i = 0, count = (nuint)T.Count;
            for (; length - i >= count; i += count) kernel.Invoke<T>(i);
            for (; i < length; i++) kernel.Invoke<TOne>(i);
        }
    }
}
