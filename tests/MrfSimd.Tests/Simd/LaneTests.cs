using System.Numerics;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Simd;

/// <summary>Every operation of every lane type against the same operation of C# on single numbers, bit for bit, special values included.</summary>
[Trait(Kernel.Trait, Kernel.Name)]
public class LaneTests
{
    private static readonly string[] s_operations =
    [
        "add", "subtract", "multiply", "divide", "negate", "fma", "fmaNegated", "sqrt", "abs", "min", "max", "round",
        "select", "greater", "greaterOrEqual", "equal", "and", "or", "xor", "broadcast", "zero", "one",
    ];

    public static TheoryData<SimdLevel, string> LevelsAndOperations
    {
        get
        {
            TheoryData<SimdLevel, string> data = [];
            foreach (SimdLevel level in Levels.Available)
                foreach (string operation in s_operations) data.Add(level, operation);
            return data;
        }
    }

    [Theory, MemberData(nameof(LevelsAndOperations))]
    public void Operation_OnFloats_IsThatOfOneFloat(SimdLevel level, string operation) => AssertLikeScalar<float>(level, operation);

    [Theory, MemberData(nameof(LevelsAndOperations))]
    public void Operation_OnDoubles_IsThatOfOneDouble(SimdLevel level, string operation) => AssertLikeScalar<double>(level, operation);

    [Theory, MemberData(nameof(Levels.All), MemberType = typeof(Levels))]
    public void LaneIndicesAndAny_AtEachLevel_SeeEveryLane(SimdLevel level)
    {
        using SimdDispatch.LevelScope scope = SimdDispatch.Force(level);
        IndexJob job = new(new float[16], new bool[17]);
        SimdDispatch.Run<float, IndexJob>(ref job);
        int count = level == SimdLevel.Avx512 ? 16 : level == SimdLevel.Avx2 ? 8 : 1;
        Assert.Equal(Enumerable.Range(0, count).Select(i => (float)i), job.Indices.Take(count));
        Assert.All(job.Any.Take(count), Assert.True);
        Assert.False(job.Any[count]);
    }

    [Theory, MemberData(nameof(Levels.All), MemberType = typeof(Levels))]
    public void LoadAndStore_PlanarAndComplex_KeepOrderAndSkip(SimdLevel level)
    {
        using SimdDispatch.LevelScope scope = SimdDispatch.Force(level);
        AssertLoadsAndStores<float>();
        AssertLoadsAndStores<double>();
    }

    private static void AssertLoadsAndStores<TReal>() where TReal : unmanaged, INumber<TReal>
    {
        TReal[] source = [.. Enumerable.Range(0, 100).Select(TReal.CreateChecked)];
        LoadJob<TReal> job = new(source, new TReal[16], new TReal[16], new TReal[16], new TReal[100], new TReal[100], new int[1]);
        SimdDispatch.Run<TReal, LoadJob<TReal>>(ref job);
        int count = job.Count[0];
        Assert.Equal(source.Skip(3).Take(count), job.Planar.Take(count));
        Assert.Equal(Enumerable.Range(0, count).Select(i => source[2 * (3 + i)]), job.Re.Take(count));
        Assert.Equal(Enumerable.Range(0, count).Select(i => source[2 * (3 + i) + 1]), job.Im.Take(count));
        Assert.Equal(source.Skip(6).Take(2 * count), job.StoredComplex.Skip(2 * 5).Take(2 * count));
        Assert.All(job.StoredComplex.Take(10), value => Assert.Equal(TReal.Zero, value));
        Assert.All(job.StoredComplex.Skip(10 + 2 * count), value => Assert.Equal(TReal.Zero, value));
        Assert.Equal(source.Skip(3).Take(count), job.Stored.Skip(7).Take(count));
    }

    private static void AssertLikeScalar<TReal>(SimdLevel level, string operation) where TReal : unmanaged, IBinaryFloatingPointIeee754<TReal>
    {
        using SimdDispatch.LevelScope scope = SimdDispatch.Force(level);
        TReal[] values =
        [
            .. new[] { 0.0, -0.0, 1, -1, 0.5, 1.5, 2.5, -2.5, 3.7, -0.1, 1e30, -1e30, 1e-30, 1e-40, -1e-40, Math.PI, 8388609, double.NaN, double.PositiveInfinity, double.NegativeInfinity }
                .Select(TReal.CreateTruncating),
        ];
        int n = values.Length;
        TReal[] a = new TReal[n * n / 16 * 16], b = new TReal[a.Length], c = new TReal[a.Length], result = new TReal[a.Length];
        for (int i = 0; i < a.Length; i++) (a[i], b[i], c[i]) = (values[i / n], values[i % n], values[(i / n + 3 * (i % n)) % n]);
        OperationJob<TReal> job = new(operation, a, b, c, result);
        SimdDispatch.Run<TReal, OperationJob<TReal>>(ref job);
        for (int i = 0; i < a.Length; i++)
        {
            TReal expected = Reference(operation, a[i], b[i], c[i]);
            bool same = TReal.IsNaN(expected) ? TReal.IsNaN(result[i]) : expected == result[i] && TReal.IsNegative(expected) == TReal.IsNegative(result[i]);
            Assert.True(same, $"{operation}({a[i]}, {b[i]}, {c[i]}): expected {expected}, got {result[i]}");
        }
    }

    private static TReal Reference<TReal>(string operation, TReal a, TReal b, TReal c) where TReal : IBinaryFloatingPointIeee754<TReal> => operation switch
    {
        "add" => a + b,
        "subtract" => a - b,
        "multiply" => a * b,
        "divide" => a / b,
        "negate" => -a,
        "fma" => TReal.FusedMultiplyAdd(a, b, c),
        "fmaNegated" => TReal.FusedMultiplyAdd(-a, b, c),
        "sqrt" => TReal.Sqrt(a),
        "abs" => TReal.Abs(a),
        "min" => a < b ? a : b,
        "max" => a > b ? a : b,
        "round" => TReal.Round(a, MidpointRounding.ToEven),
        "select" => a > b ? c : a,
        "greater" => a > b ? TReal.One : TReal.Zero,
        "greaterOrEqual" => a >= b ? TReal.One : TReal.Zero,
        "equal" => a == b ? TReal.One : TReal.Zero,
        "and" => a > b && b > c ? TReal.One : TReal.Zero,
        "or" => a > b || b > c ? TReal.One : TReal.Zero,
        "xor" => a > b != b > c ? TReal.One : TReal.Zero,
        "broadcast" => TReal.CreateTruncating(0.1),
        "zero" => TReal.Zero,
        _ => TReal.One,
    };

    private static T Apply<T>(string operation, T a, T b, T c) where T : struct, ILanes<T> => operation switch
    {
        "add" => a + b,
        "subtract" => a - b,
        "multiply" => a * b,
        "divide" => a / b,
        "negate" => -a,
        "fma" => T.Fma(a, b, c),
        "fmaNegated" => T.FmaNegated(a, b, c),
        "sqrt" => T.Sqrt(a),
        "abs" => T.Abs(a),
        "min" => T.Min(a, b),
        "max" => T.Max(a, b),
        "round" => T.Round(a),
        "select" => T.Select(T.Greater(a, b), c, a),
        "greater" => T.Greater(a, b) & T.One,
        "greaterOrEqual" => T.GreaterOrEqual(a, b) & T.One,
        "equal" => T.Equal(a, b) & T.One,
        "and" => T.Greater(a, b) & T.Greater(b, c) & T.One,
        "or" => (T.Greater(a, b) | T.Greater(b, c)) & T.One,
        "xor" => (T.Greater(a, b) ^ T.Greater(b, c)) & T.One,
        "broadcast" => T.Broadcast(0.1),
        "zero" => T.Zero,
        _ => T.One,
    };

    private readonly struct OperationJob<TReal>(string operation, TReal[] a, TReal[] b, TReal[] c, TReal[] result) : ILaneJob where TReal : unmanaged
    {
        public void Run<T, TOne>() where T : struct, ILanes<T> where TOne : struct, ILanes<TOne>
        {
            for (int i = 0; i < a.Length; i += T.Count)
                T.Store(Apply(operation, T.Load(in a[i], 0), T.Load(in b[i], 0), T.Load(in c[i], 0)), ref result[i], 0);
        }
    }

    private readonly record struct IndexJob(float[] Indices, bool[] Any) : ILaneJob
    {
        public void Run<T, TOne>() where T : struct, ILanes<T> where TOne : struct, ILanes<TOne>
        {
            T.Store(T.LaneIndices, ref Indices[0], 0);
            for (int lane = 0; lane <= T.Count; lane++) Any[lane] = T.Any(T.Equal(T.LaneIndices, T.Broadcast(lane)));
        }
    }

    private readonly record struct LoadJob<TReal>(TReal[] Source, TReal[] Planar, TReal[] Re, TReal[] Im, TReal[] Stored, TReal[] StoredComplex, int[] Count) : ILaneJob
        where TReal : unmanaged
    {
        public void Run<T, TOne>() where T : struct, ILanes<T> where TOne : struct, ILanes<TOne>
        {
            Count[0] = T.Count;
            T planar = T.Load(in Source[0], 3);
            ComplexLanes<T> z = T.LoadComplex(in Source[0], 3);
            T.Store(planar, ref Planar[0], 0);
            T.Store(z.Re, ref Re[0], 0);
            T.Store(z.Im, ref Im[0], 0);
            T.Store(planar, ref Stored[0], 7);
            T.StoreComplex(z, ref StoredComplex[0], 5);
        }
    }
}
