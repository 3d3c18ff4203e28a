using System.Runtime.InteropServices;

namespace MrfSimd.Perf;

/// <summary>The forms of the complex product.</summary>
internal enum ComplexGemmVariant
{
    /// <summary>Both operands as the caller has them.</summary>
    Plain,

    /// <summary>B packed once.</summary>
    Packed,

    /// <summary>B packed once, three multiplications.</summary>
    ThreeMultiplications,

    /// <summary>B packed once in 16 bits per part.</summary>
    SixteenBits,
}

/// <summary>C = A B, complex, m x n x k; an item is a row of A (a voxel of a layer).</summary>
internal sealed class ComplexGemmBenchmark : IQuickBenchmark
{
    private readonly ComplexGemmVariant _variant;
    private readonly int _m, _n, _k;
    private readonly ComplexF[] _a, _b, _c;
    private readonly GemmWorkspace<float> _workspace;
    private readonly PackedComplexMatrix<float> _packed;

    public ComplexGemmBenchmark(ComplexGemmVariant variant, int m, int n, int k, int threads = 1)
    {
        Threads = threads;
        _workspace = new(Teams.Of(threads));
        (_variant, _m, _n, _k) = (variant, m, n, k);
        (_a, _b, _c) = (Operands.Complex(m * k), Operands.Complex(k * n), new ComplexF[m * n]);
        _packed = new(
            MatrixSide.Right, MatrixOp.None, k, n, MemoryMarshal.Cast<ComplexF, float>(_b), n,
            variant == ComplexGemmVariant.ThreeMultiplications ? ComplexProductMode.ThreeMultiplications : ComplexProductMode.FourMultiplications,
            variant == ComplexGemmVariant.SixteenBits ? WeightPrecision.SixteenBits : WeightPrecision.Full);
    }

    public static string NameOf(ComplexGemmVariant variant, int m, int n, int k, int threads = 1) => Teams.Suffixed(threads, variant switch
    {
        ComplexGemmVariant.Plain => $"cgemm/{m}x{n}x{k}",
        ComplexGemmVariant.Packed => $"cgemm-packed/{m}x{n}x{k}",
        ComplexGemmVariant.ThreeMultiplications => $"cgemm-3m/{m}x{n}x{k}",
        _ => $"cgemm-16bit/{m}x{n}x{k}",
    });

    public string Name => NameOf(_variant, _m, _n, _k, Threads);

    public int Threads { get; }

    public double Flops => FlopCount.ComplexGemm(_m, _n, _k);

    public double Bytes => 8.0 * ((double)_m * _k + (_variant == ComplexGemmVariant.SixteenBits ? 0.5 : 1) * _k * _n + (double)_m * _n);

    public double Items => _m;

    public double Ceiling => _variant == ComplexGemmVariant.ThreeMultiplications ? 1.005 * 4 / 3 : 1.005;

    // One comparison per shape is enough.
    public IEnumerable<Peer> Peers => _variant != ComplexGemmVariant.Plain || Threads > 1 ? []
        : [.. GemmPeers.Complex(_m, _n, _k, _a, _b, _c), .. OpenBlas.Peer(() => OpenBlas.ComplexMultiply(_m, _n, _k, _a, _b, _c))];

    public void Run()
    {
        if (_variant == ComplexGemmVariant.Plain)
        {
            ComplexGemm.Multiply(MatrixOp.None, MatrixOp.None, _m, _n, _k, ComplexF.One, _a, _k, _b, _n, ComplexF.Zero, _c, _n, _workspace);
            return;
        }
        ComplexGemm.Multiply(
            MatrixOp.None, _m, MemoryMarshal.Cast<ComplexF, float>(_a), _k, _packed, MemoryMarshal.Cast<ComplexF, float>(_c.AsSpan()), _n,
            new NoEpilogue(), _workspace);
    }

    public void Dispose()
    {
        _packed.Dispose();
        _workspace.Dispose();
    }
}

/// <summary>C = A B, real, m x n x k.</summary>
internal sealed class RealGemmBenchmark(int m, int n, int k) : IQuickBenchmark
{
    private readonly float[] _a = Operands.Real(m * k), _b = Operands.Real(k * n), _c = new float[m * n];
    private readonly GemmWorkspace<float> _workspace = new();

    public static string NameOf(int m, int n, int k) => $"rgemm/{m}x{n}x{k}";

    public string Name => NameOf(m, n, k);

    public double Flops => FlopCount.RealGemm(m, n, k);

    public double Bytes => 4.0 * ((double)m * k + (double)k * n + (double)m * n);

    public double Items => m;

    public IEnumerable<Peer> Peers => [.. GemmPeers.Real(m, n, k, _a, _b, _c), .. OpenBlas.Peer(() => OpenBlas.RealMultiply(m, n, k, _a, _b, _c))];

    public void Run() => RealGemm.Multiply<float>(MatrixOp.None, MatrixOp.None, m, n, k, 1, _a, k, _b, n, 0, _c, n, _workspace);

    public void Dispose() => _workspace.Dispose();
}

/// <summary>Operands with a fixed seed.</summary>
internal static class Operands
{
    public static float[] Real(int length)
    {
        float[] x = new float[length];
        Fill(x);
        return x;
    }

    public static ComplexF[] Complex(int length)
    {
        ComplexF[] x = new ComplexF[length];
        Fill(MemoryMarshal.Cast<ComplexF, float>(x.AsSpan()));
        return x;
    }

    // Large operands are made faster by repetition; the period is a prime, so that no two rows are the same.
    private static void Fill(Span<float> x)
    {
        const int Period = 1_000_003;
        Random random = new(x.Length);
        for (int i = 0; i < Math.Min(x.Length, Period); i++) x[i] = random.NextSingle() - 0.5f;
        for (int start = Period; start < x.Length; start += Period) x[..Math.Min(Period, x.Length - start)].CopyTo(x[start..]);
    }
}
