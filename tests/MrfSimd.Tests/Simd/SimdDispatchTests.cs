using System.Runtime.InteropServices;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Simd;

[Trait(Kernel.Trait, Kernel.Name)]
public class SimdDispatchTests
{
    private const int LongestLength = 3 * 16 + 1;

    [Theory, MemberData(nameof(Levels.All), MemberType = typeof(Levels))]
    public void ForEach_EveryLengthBetweenGuardPages_HandlesEachElementOnce(SimdLevel level)
    {
        using SimdDispatch.LevelScope scope = SimdDispatch.Force(level);
        for (int length = 0; length <= LongestLength; length++)
        {
            AssertSquares<float>(length);
            AssertSquares<double>(length);
        }
    }

    [Theory, MemberData(nameof(Levels.All), MemberType = typeof(Levels))]
    public void ForEach_ComplexOfEveryLengthBetweenGuardPages_HandlesEachElementOnce(SimdLevel level)
    {
        using SimdDispatch.LevelScope scope = SimdDispatch.Force(level);
        for (int length = 0; length <= LongestLength; length++)
        {
            float[] values = [.. Enumerable.Range(0, 2 * length).Select(i => (float)i)];
            foreach (bool before in new[] { false, true })
            {
                using GuardedBuffer<float> x = GuardedBuffer<float>.Of(values, before), y = new(2 * length, before);
                SimdDispatch.ForEach<float, ConjugateKernel>(new(x.Span, y.Span), length);
                for (int i = 0; i < 2 * length; i++) Assert.Equal(i % 2 == 0 ? i : -i, y.Span[i]);
            }
        }
    }

    [Fact]
    public void Force_WhenDisposed_RestoresTheLevelBefore()
    {
        SimdLevel before = SimdDispatch.Level;
        using (SimdDispatch.Force(SimdLevel.Scalar))
        {
            Assert.Equal(SimdLevel.Scalar, SimdDispatch.Level);
            using (SimdDispatch.Force(SimdDispatch.Best)) Assert.Equal(SimdDispatch.Best, SimdDispatch.Level);
            Assert.Equal(SimdLevel.Scalar, SimdDispatch.Level);
        }
        Assert.Equal(before, SimdDispatch.Level);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Choose_NothingDemanded_IsTheBest(string? demanded) => Assert.Equal(SimdDispatch.Best, SimdDispatch.Choose(demanded));

    [Fact]
    public void Choose_Scalar_IsAlwaysToBeHad() => Assert.Equal(SimdLevel.Scalar, SimdDispatch.Choose("scalar"));

    [Fact]
    public void ForEach_WhenWarm_AllocatesNothing()
    {
        float[] x = new float[100], y = new float[100];
        Allocations.AssertNone(() => SimdDispatch.ForEach<float, SquareKernel<float>>(new(x, y), 100));
    }

    private static void AssertSquares<TReal>(int length) where TReal : unmanaged, System.Numerics.INumber<TReal>
    {
        TReal[] values = [.. Enumerable.Range(1, length).Select(TReal.CreateChecked)];
        foreach (bool before in new[] { false, true })
        {
            using GuardedBuffer<TReal> x = GuardedBuffer<TReal>.Of(values, before), y = new(length, before);
            SimdDispatch.ForEach<TReal, SquareKernel<TReal>>(new(x.Span, y.Span), length);
            for (int i = 0; i < length; i++) Assert.Equal(values[i] * values[i], y.Span[i]);
        }
    }

    /// <summary>Adds x^2 to y, so that an element handled twice shows.</summary>
    private readonly ref struct SquareKernel<TReal>(Span<TReal> x, Span<TReal> y) : ILaneKernel where TReal : unmanaged
    {
        private readonly ref TReal _x = ref MemoryMarshal.GetReference(x), _y = ref MemoryMarshal.GetReference(y);

        public void Invoke<T>(nuint index) where T : struct, ILanes<T>
        {
            T x = T.Load(in _x, index);
            T.Store(T.Fma(x, x, T.Load(in _y, index)), ref _y, index);
        }
    }

    private readonly ref struct ConjugateKernel(Span<float> x, Span<float> y) : ILaneKernel
    {
        private readonly ref float _x = ref MemoryMarshal.GetReference(x), _y = ref MemoryMarshal.GetReference(y);

        public void Invoke<T>(nuint index) where T : struct, ILanes<T> =>
            T.StoreComplex(T.LoadComplex(in _x, index).Conjugate + T.LoadComplex(in _y, index), ref _y, index);
    }
}
