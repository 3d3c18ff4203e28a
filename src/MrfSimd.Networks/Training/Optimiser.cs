using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd.Networks;

/// <summary>
/// Gradient descent on the flat parameter buffer of a network, eq. (6) of the paper: parameters move against the cogradient. The real
/// and imaginary parts of a complex parameter are two reals unless stated otherwise.
/// </summary>
/// <typeparam name="TReal">float or double.</typeparam>
public abstract class Optimiser<TReal> : IDisposable where TReal : unmanaged, IFloatingPointIeee754<TReal>
{
    private readonly AlignedBuffer<TReal> _state;

    /// <summary>Allocates the state.</summary>
    /// <param name="parameters">Reals to optimise.</param>
    /// <param name="buffers">Reals of state per parameter.</param>
    protected Optimiser(int parameters, int buffers)
    {
        Check.NotNegative(parameters);
        Count = parameters;
        _state = new((long)parameters * buffers);
    }

    /// <summary>Reals to optimise.</summary>
    public int Count { get; }

    /// <summary>Steps done; set it, with <see cref="State"/>, to resume a run.</summary>
    public long StepsDone { get; set; }

    /// <summary>The moments, one buffer of <see cref="Count"/> after another; what a checkpoint stores beside the parameters.</summary>
    public Span<TReal> State => _state.Span;

    /// <summary>Moves the parameters.</summary>
    /// <param name="parameters">Updated in place.</param>
    /// <param name="gradients">Cogradients, as long as the parameters.</param>
    /// <param name="learningRate">The step size.</param>
    /// <param name="team">Threads; the result does not depend on them.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void Step(Span<TReal> parameters, ReadOnlySpan<TReal> gradients, double learningRate, WorkerTeam team)
    {
        Check.Length(parameters.Length, Count, nameof(parameters), "as the optimiser was made for");
        Check.Length(gradients.Length, Count, nameof(gradients), "one per parameter");
        StepsDone++;
        Update(parameters, gradients, learningRate, team);
    }

    /// <summary>Applies step number <see cref="StepsDone"/>.</summary>
    protected abstract void Update(Span<TReal> parameters, ReadOnlySpan<TReal> gradients, double learningRate, WorkerTeam team);

    /// <inheritdoc/>
    public void Dispose()
    {
        _state.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>How Adam's second moment treats a complex parameter.</summary>
public enum SecondMoment
{
    /// <summary>Real and imaginary part are two reals with a moment each.</summary>
    PerPart,

    /// <summary>Both parts share the mean of |g|^2, so the step keeps the direction of the first moment in the complex plane.</summary>
    Shared,
}

/// <summary>Adam (Kingma and Ba 2015) with bias correction.</summary>
/// <typeparam name="TReal">float or double.</typeparam>
public sealed class Adam<TReal> : Optimiser<TReal> where TReal : unmanaged, IFloatingPointIeee754<TReal>
{
    private readonly SecondMoment _secondMoment;

    /// <summary>Allocates both moments.</summary>
    /// <param name="parameters">Reals to optimise.</param>
    /// <param name="secondMoment">Shared takes all parameters as complex pairs: for networks of complex parameters only.</param>
    public Adam(int parameters, SecondMoment secondMoment = SecondMoment.PerPart) : base(parameters, buffers: 2)
    {
        if (secondMoment == SecondMoment.Shared && parameters % 2 != 0)
            Check.Fail(nameof(parameters), parameters, "expected an even number of reals for a shared second moment");
        _secondMoment = secondMoment;
    }

    /// <summary>Decay of the first moment.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the second moment.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the second moment.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <inheritdoc/>
    protected override void Update(Span<TReal> parameters, ReadOnlySpan<TReal> gradients, double learningRate, WorkerTeam team)
    {
        // Both bias corrections folded into the step size and epsilon: p -= rate' m / (sqrt(v) + epsilon').
        double correction1 = 1 - Math.Pow(Beta1, StepsDone), correction2 = Math.Sqrt(1 - Math.Pow(Beta2, StepsDone));
        Kernel kernel = new()
        {
            Parameters = ref MemoryMarshal.GetReference(parameters),
            Gradients = ref MemoryMarshal.GetReference(gradients),
            First = ref MemoryMarshal.GetReference(State[..Count]),
            Second = ref MemoryMarshal.GetReference(State[Count..]),
            Beta1 = Beta1,
            Beta2 = Beta2,
            Rate = learningRate * correction2 / correction1,
            Epsilon = Epsilon * correction2,
        };
        if (_secondMoment == SecondMoment.Shared) ShareSecondMoments(gradients);
        kernel.ReadSecond = _secondMoment == SecondMoment.Shared;
        ElementParts.ForEach<TReal, Kernel>(kernel, Count, team);
    }

    /// <summary>Updates the second moments from |g|^2 / 2 of each pair, the mean over its two parts.</summary>
    private void ShareSecondMoments(ReadOnlySpan<TReal> gradients)
    {
        Span<TReal> second = State[Count..];
        TReal beta = TReal.CreateChecked(Beta2), half = TReal.CreateChecked(0.5 * (1 - Beta2)), least = TReal.CreateChecked(FadingMoments.Least);
        for (int i = 0; i < gradients.Length; i += 2)
        {
            TReal squared = gradients[i] * gradients[i] + gradients[i + 1] * gradients[i + 1];
            second[i] = second[i + 1] = TReal.Max(beta * second[i] + half * squared, least);
        }
    }

    private ref struct Kernel : IOffsetKernel<Kernel>
    {
        public ref TReal Parameters, First, Second;
        public ref readonly TReal Gradients;
        public double Beta1, Beta2, Rate, Epsilon;

        /// <summary>The second moment is up to date already.</summary>
        public bool ReadSecond;

        public readonly Kernel At(int start)
        {
            Kernel moved = this;
            moved.Parameters = ref Unsafe.Add(ref Parameters, start);
            moved.First = ref Unsafe.Add(ref First, start);
            moved.Second = ref Unsafe.Add(ref Second, start);
            moved.Gradients = ref Unsafe.Add(ref Unsafe.AsRef(in Gradients), start);
            return moved;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Invoke<T>(nuint index) where T : struct, ILanes<T>
        {
            T g = T.Load(in Gradients, index);
            T first = T.Fma(T.Broadcast(Beta1), T.Load(in First, index), T.Broadcast(1 - Beta1) * g).OrZero();
            T second = T.Load(in Second, index);
            if (!ReadSecond)
            {
                second = T.Max(T.Broadcast(FadingMoments.Least), T.Fma(T.Broadcast(Beta2), second, T.Broadcast(1 - Beta2) * g * g));
                T.Store(second, ref Second, index);
            }
            T.Store(first, ref First, index);
            T step = T.Broadcast(Rate) * first / (T.Sqrt(second) + T.Broadcast(Epsilon));
            T.Store(T.Load(in Parameters, index) - step, ref Parameters, index);
        }
    }
}

/// <summary>Stochastic gradient descent with momentum: v = momentum v + g, p -= rate v.</summary>
/// <typeparam name="TReal">float or double.</typeparam>
/// <param name="parameters">Reals to optimise.</param>
public sealed class Sgd<TReal>(int parameters) : Optimiser<TReal>(parameters, buffers: 1) where TReal : unmanaged, IFloatingPointIeee754<TReal>
{
    /// <summary>Share of the last velocity that is kept.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <inheritdoc/>
    protected override void Update(Span<TReal> parameters, ReadOnlySpan<TReal> gradients, double learningRate, WorkerTeam team) =>
        ElementParts.ForEach<TReal, Kernel>(
            new Kernel()
            {
                Parameters = ref MemoryMarshal.GetReference(parameters),
                Gradients = ref MemoryMarshal.GetReference(gradients),
                Velocity = ref MemoryMarshal.GetReference(State),
                Momentum = Momentum,
                Rate = learningRate,
            },
            Count,
            team);

    private ref struct Kernel : IOffsetKernel<Kernel>
    {
        public ref TReal Parameters, Velocity;
        public ref readonly TReal Gradients;
        public double Momentum, Rate;

        public readonly Kernel At(int start)
        {
            Kernel moved = this;
            moved.Parameters = ref Unsafe.Add(ref Parameters, start);
            moved.Velocity = ref Unsafe.Add(ref Velocity, start);
            moved.Gradients = ref Unsafe.Add(ref Unsafe.AsRef(in Gradients), start);
            return moved;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Invoke<T>(nuint index) where T : struct, ILanes<T>
        {
            T velocity = T.Fma(T.Broadcast(Momentum), T.Load(in Velocity, index), T.Load(in Gradients, index)).OrZero();
            T.Store(velocity, ref Velocity, index);
            T.Store(T.FmaNegated(T.Broadcast(Rate), velocity, T.Load(in Parameters, index)), ref Parameters, index);
        }
    }
}

/// <summary>Moments of a parameter whose gradient has become zero, as those of a unit that is never active.</summary>
internal static class FadingMoments
{
    /// <summary>Moments below are nothing: neither beside the parameters nor, the root of a second moment, beside Adam's epsilon.</summary>
    public const double Least = 1e-30;

    /// <summary>The value, or zero where it has faded: below lie the subnormal numbers, which would not fade further and are ten times as slow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T OrZero<T>(this T moment) where T : struct, ILanes<T> => T.Select(T.Greater(T.Broadcast(Least), T.Abs(moment)), T.Zero, moment);
}
