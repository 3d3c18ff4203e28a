using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using MrfSimd.Networks;

namespace MrfSimd.Tests.Activations;

/// <summary>The CR derivatives of every activation against extrapolated differences, at generated points, from the formulas that the float kernels run.</summary>
public class ActivationDerivativeTests
{
    [Property(Arbitrary = [typeof(Points)])]
    public void Identity_AnyPoint_Passes(Point point) => AssertPasses<Identity>(point);

    [Property(Arbitrary = [typeof(Points)])]
    public void Cardioid_AnyPoint_Passes(Point point) => AssertPasses<Cardioid>(point);

    [Property(Arbitrary = [typeof(Points)])]
    public void Siglog_AnyPoint_Passes(Point point) => AssertPasses<Siglog>(point);

    [Property(Arbitrary = [typeof(Points)])]
    public void SeparableSigmoid_AnyPoint_Passes(Point point) => AssertPasses<SeparableSigmoid>(point);

    [Property(Arbitrary = [typeof(Points)])]
    public void SplitRelu_AnyPoint_Passes(Point point) => AssertPasses<SplitRelu>(point);

    [Property(Arbitrary = [typeof(Points)])]
    public void SplitSilu_AnyPoint_Passes(Point point) => AssertPasses<SplitSilu>(point);

    [Property(Arbitrary = [typeof(Points)])]
    public void SplitTanh_AnyPoint_Passes(Point point) => AssertPasses<SplitTanh>(point);

    [Property(Arbitrary = [typeof(Points)])]
    public void ZRelu_AnyPoint_Passes(Point point) => AssertPasses<ZRelu>(point);

    [Property(Arbitrary = [typeof(Points)])]
    public void ModRelu_AnyPoint_Passes(Point point) => AssertPasses<ModRelu>(point);

    [Property(Arbitrary = [typeof(Points)])]
    public void Modulus_AnyPoint_Passes(Point point) => AssertPasses<Modulus>(point);

    [Property(Arbitrary = [typeof(Points)])]
    public void ConjugatedCardioid_AnyPoint_IsCaught(Point point) =>
        Assert.False(GradientCheck.Activation<Conjugated>([point.Z], [0]).Passed);

    [Property(Arbitrary = [typeof(Points)])]
    public void SwappedCardioid_AnyPoint_IsCaught(Point point) =>
        Assert.False(GradientCheck.Activation<Swapped>([point.Z], [0]).Passed);

    [Property(Arbitrary = [typeof(Points)])]
    public void ModReluWithHalfTheBiasGradient_WhereActive_IsCaught(Point point) =>
        Assert.False(GradientCheck.Activation<HalfBias>([point.Z], [0.25 * point.Z.Magnitude]).Passed);

    private static void AssertPasses<TActivation>(Point point) where TActivation : struct, IComplexActivation =>
        GradientCheck.Activation<TActivation>([point.Z], [point.RelativeBias * point.Z.Magnitude]).ThrowIfFailed();

    /// <summary>A point off both axes, and a bias of modReLU relative to |z|, off the edge of its dead zone.</summary>
    public readonly record struct Point(Complex Z, double RelativeBias);

    /// <summary>|z| from 0.01 to 5.</summary>
    public static class Points
    {
        public static Arbitrary<Point> Any() => (
            from radius in Gen.Choose(0, 1000)
            from quadrant in Gen.Choose(0, 3)
            from phase in Gen.Choose(20, 980)
            from bias in Gen.Choose(-150, 90)
            where Math.Abs(bias + 100) > 5
            select new Point(Complex.FromPolarCoordinates(0.01 * Math.Pow(500, radius / 1000.0), Math.PI / 2 * (quadrant + phase / 1000.0)), bias / 100.0)).ToArbitrary();
    }

    private readonly struct Conjugated : IComplexActivation
    {
        public static string Name => "conjugated";
        public static int ForwardFlops => 0;
        public static int BackwardFlops => 0;

        public static ComplexLanes<T> Forward<T>(ComplexLanes<T> z, T parameter) where T : struct, ILanes<T> => Cardioid.Forward(z, parameter);

        public static void Derivatives<T>(ComplexLanes<T> z, T parameter, out ComplexLanes<T> dz, out ComplexLanes<T> dzConj) where T : struct, ILanes<T>
        {
            Cardioid.Derivatives(z, parameter, out dz, out dzConj);
            (dz, dzConj) = (dz.Conjugate, dzConj.Conjugate);
        }

        public static ComplexLanes<T> Backward<T>(ComplexLanes<T> z, T parameter, ComplexLanes<T> g) where T : struct, ILanes<T> =>
            Cardioid.Backward(z, parameter, g);
    }

    private readonly struct Swapped : IComplexActivation
    {
        public static string Name => "swapped";
        public static int ForwardFlops => 0;
        public static int BackwardFlops => 0;

        public static ComplexLanes<T> Forward<T>(ComplexLanes<T> z, T parameter) where T : struct, ILanes<T> => Cardioid.Forward(z, parameter);

        public static void Derivatives<T>(ComplexLanes<T> z, T parameter, out ComplexLanes<T> dz, out ComplexLanes<T> dzConj) where T : struct, ILanes<T> =>
            Cardioid.Derivatives(z, parameter, out dzConj, out dz);

        public static ComplexLanes<T> Backward<T>(ComplexLanes<T> z, T parameter, ComplexLanes<T> g) where T : struct, ILanes<T> =>
            Cardioid.Backward(z, parameter, g);
    }

    private readonly struct HalfBias : IComplexActivation
    {
        public static string Name => "half-bias";
        public static int ParameterCount => 1;
        public static int ForwardFlops => 0;
        public static int BackwardFlops => 0;

        public static ComplexLanes<T> Forward<T>(ComplexLanes<T> z, T parameter) where T : struct, ILanes<T> => ModRelu.Forward(z, parameter);

        public static void Derivatives<T>(ComplexLanes<T> z, T parameter, out ComplexLanes<T> dz, out ComplexLanes<T> dzConj) where T : struct, ILanes<T> =>
            ModRelu.Derivatives(z, parameter, out dz, out dzConj);

        public static ComplexLanes<T> Backward<T>(ComplexLanes<T> z, T parameter, ComplexLanes<T> g) where T : struct, ILanes<T> =>
            ModRelu.Backward(z, parameter, g);

        public static ComplexLanes<T> Backward<T>(ComplexLanes<T> z, T parameter, ComplexLanes<T> g, out T parameterGradient) where T : struct, ILanes<T>
        {
            ComplexLanes<T> dz = ModRelu.Backward(z, parameter, g, out parameterGradient);
            parameterGradient *= T.Broadcast(0.5);
            return dz;
        }
    }
}
