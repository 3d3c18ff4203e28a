using System.Numerics;
using System.Runtime.InteropServices;
using MrfSimd.Tests.Testing;

namespace MrfSimd.Tests.Activations;

/// <summary>An activation chosen by name at run time, with the library's span functions and with single points in double precision.</summary>
public abstract class AnyActivation
{
    /// <summary>For <c>[MemberData(nameof(AnyActivation.Names), MemberType = typeof(AnyActivation))]</c>.</summary>
    public static TheoryData<string> Names => [.. ActivationCatalog.Names];

    public abstract int ParameterCount { get; }

    public abstract (int Forward, int Backward) Flops { get; }

    public static AnyActivation Of(string name) => ActivationCatalog.Visit<Maker, AnyActivation>(name, default);

    public abstract void Forward<TReal>(ReadOnlySpan<TReal> z, int channels, ReadOnlySpan<TReal> parameters, Span<TReal> f, WorkerTeam? team = null)
        where TReal : unmanaged;

    public abstract void Derivatives<TReal>(
        ReadOnlySpan<TReal> z, int channels, ReadOnlySpan<TReal> parameters, Span<TReal> dz, Span<TReal> dzConj, WorkerTeam? team = null)
        where TReal : unmanaged;

    public abstract void Backward<TReal>(ReadOnlySpan<TReal> z, int channels, ReadOnlySpan<TReal> parameters, ReadOnlySpan<TReal> g, Span<TReal> dz,
        Span<TReal> parameterGradients, WorkerTeam? team = null)
        where TReal : unmanaged;

    /// <summary>Lane operations that the bodies really execute.</summary>
    public abstract (long Forward, long Backward) CountedFlops();

    public Complex Forward(Complex z, double parameter)
    {
        Complex f = default;
        Forward(Reals(ref z), 1, Parameter(ref parameter), Reals(ref f));
        return f;
    }

    public (Complex Dz, Complex DzConj) Derivatives(Complex z, double parameter)
    {
        Complex dz = default, dzConj = default;
        Derivatives(Reals(ref z), 1, Parameter(ref parameter), Reals(ref dz), Reals(ref dzConj));
        return (dz, dzConj);
    }

    public (Complex Dz, double Parameter) Backward(Complex z, double parameter, Complex g)
    {
        Complex dz = default;
        double gradient = 0;
        Backward(Reals(ref z), 1, Parameter(ref parameter), Reals(ref g), Reals(ref dz), Parameter(ref gradient));
        return (dz, gradient);
    }

    private static Span<double> Reals(ref Complex z) => MemoryMarshal.Cast<Complex, double>(MemoryMarshal.CreateSpan(ref z, 1));

    private Span<double> Parameter(ref double parameter) => MemoryMarshal.CreateSpan(ref parameter, ParameterCount);

    private readonly struct Maker : IActivationVisitor<AnyActivation>
    {
        public AnyActivation Visit<TActivation>() where TActivation : struct, IComplexActivation => new Of<TActivation>();
    }
}

internal sealed class Of<TActivation> : AnyActivation where TActivation : struct, IComplexActivation
{
    public override int ParameterCount => TActivation.ParameterCount;

    public override (int Forward, int Backward) Flops => (TActivation.ForwardFlops, TActivation.BackwardFlops);

    public override void Forward<TReal>(ReadOnlySpan<TReal> z, int channels, ReadOnlySpan<TReal> parameters, Span<TReal> f, WorkerTeam? team = null) =>
        ComplexActivation.Forward<TActivation, TReal>(z, channels, parameters, f, team);

    public override void Derivatives<TReal>(
        ReadOnlySpan<TReal> z, int channels, ReadOnlySpan<TReal> parameters, Span<TReal> dz, Span<TReal> dzConj, WorkerTeam? team = null) =>
        ComplexActivation.Derivatives<TActivation, TReal>(z, channels, parameters, dz, dzConj, team);

    public override void Backward<TReal>(ReadOnlySpan<TReal> z, int channels, ReadOnlySpan<TReal> parameters, ReadOnlySpan<TReal> g, Span<TReal> dz,
        Span<TReal> parameterGradients, WorkerTeam? team = null) =>
        ComplexActivation.Backward<TActivation, TReal>(z, channels, parameters, g, dz, parameterGradients, team);

    public override (long Forward, long Backward) CountedFlops()
    {
        ComplexLanes<CountingLanes> z = new(new(0.5f), new(0.25f));
        CountingLanes.Operations = 0;
        TActivation.Forward(z, CountingLanes.One);
        long forward = CountingLanes.Operations;
        TActivation.Backward(z, CountingLanes.One, z);
        return (forward, CountingLanes.Operations - forward);
    }
}
