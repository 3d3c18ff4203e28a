using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd.Networks;

/// <summary>
/// An exponential moving average of the parameters, a = decay a + (1 - decay) p, started at the first parameters seen. Averages out the
/// noise of the last steps.
/// </summary>
/// <typeparam name="TReal">float or double.</typeparam>
public sealed class WeightAverage<TReal> : IDisposable where TReal : unmanaged, IFloatingPointIeee754<TReal>
{
    private readonly AlignedBuffer<TReal> _average;

    /// <summary>Allocates the average.</summary>
    /// <param name="parameters">Reals.</param>
    /// <param name="decay">Share of the last average that is kept, at least 0 and below 1.</param>
    public WeightAverage(int parameters, double decay)
    {
        if (!(decay >= 0 && decay < 1)) Check.Fail(nameof(decay), decay, "expected at least 0 and below 1");
        Decay = decay;
        _average = new(parameters);
    }

    /// <summary>Share of the last average that is kept.</summary>
    public double Decay { get; }

    /// <summary>Updates done; set it, with <see cref="Average"/>, to resume a run.</summary>
    public long UpdatesDone { get; set; }

    /// <summary>The averaged parameters.</summary>
    public Span<TReal> Average => _average.Span;

    /// <summary>Takes in the parameters of one more step.</summary>
    /// <param name="parameters">As many as the average was made for.</param>
    /// <param name="team">Threads; the result does not depend on them.</param>
    public void Update(ReadOnlySpan<TReal> parameters, WorkerTeam team)
    {
        Check.Length(parameters.Length, _average.Length, nameof(parameters), "as the average was made for");
        // Early on the plain mean of all steps is the better estimate: the decay grows to its value.
        double decay = Math.Min(Decay, UpdatesDone / (UpdatesDone + 1.0));
        UpdatesDone++;
        ElementParts.ForEach<TReal, Kernel>(
            new()
            {
                Parameters = ref MemoryMarshal.GetReference(parameters),
                Averages = ref MemoryMarshal.GetReference(Average),
                Share = 1 - decay,
            },
            parameters.Length,
            team);
    }

    /// <inheritdoc/>
    public void Dispose() => _average.Dispose();

    private ref struct Kernel : IOffsetKernel<Kernel>
    {
        public ref readonly TReal Parameters;
        public ref TReal Averages;
        public double Share;

        public readonly Kernel At(int start) => new()
        {
            Parameters = ref Unsafe.Add(ref Unsafe.AsRef(in Parameters), start),
            Averages = ref Unsafe.Add(ref Averages, start),
            Share = Share,
        };

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Invoke<T>(nuint index) where T : struct, ILanes<T>
        {
            T average = T.Load(in Averages, index);
            T.Store(T.Fma(T.Broadcast(Share), T.Load(in Parameters, index) - average, average), ref Averages, index);
        }
    }
}
