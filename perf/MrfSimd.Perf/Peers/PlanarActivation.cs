using System.Numerics.Tensors;

namespace MrfSimd.Perf;

/// <summary>An activation by <see cref="TensorPrimitives"/>, which know real arrays: real and imaginary parts lie apart from the start.</summary>
/// <param name="z">Where.</param>
/// <param name="g">The gradient by the result.</param>
internal sealed class PlanarActivation<TActivation>(ComplexF[] z, ComplexF[] g) where TActivation : struct, IComplexActivation
{
    private readonly float[] _re = Re(z), _im = Im(z), _gradientRe = Re(g), _gradientIm = Im(g);
    private readonly float[] _cos = new float[z.Length], _sin = new float[z.Length], _a = new float[z.Length], _b = new float[z.Length];

    public float[] ResultRe { get; } = new float[z.Length];

    public float[] ResultIm { get; } = new float[z.Length];

    public void Forward()
    {
        if (typeof(TActivation) == typeof(SplitTanh))
        {
            TensorPrimitives.Tanh<float>(_re, ResultRe);
            TensorPrimitives.Tanh<float>(_im, ResultIm);
            return;
        }
        TensorPrimitives.Hypot<float>(_re, _im, _a);
        if (typeof(TActivation) == typeof(Cardioid))
        {
            TensorPrimitives.Divide<float>(_re, _a, _a);
            TensorPrimitives.Add<float>(_a, 1, _a);
            TensorPrimitives.Multiply<float>(_a, 0.5f, _a);
        }
        else
        {
            TensorPrimitives.Add<float>(_a, 1, _a);
            TensorPrimitives.Divide<float>(1, _a, _a);
        }
        TensorPrimitives.Multiply<float>(_re, _a, ResultRe);
        TensorPrimitives.Multiply<float>(_im, _a, ResultIm);
    }

    public void Backward()
    {
        if (typeof(TActivation) == typeof(SplitTanh))
        {
            Slope(_re, _gradientRe, ResultRe);
            Slope(_im, _gradientIm, ResultIm);
            return;
        }
        TensorPrimitives.Hypot<float>(_re, _im, _a);
        TensorPrimitives.Divide<float>(_re, _a, _cos);
        TensorPrimitives.Divide<float>(_im, _a, _sin);
        // Re(conj(u) g) with u = z/|z|.
        TensorPrimitives.Multiply<float>(_sin, _gradientIm, _b);
        TensorPrimitives.MultiplyAdd<float>(_cos, _gradientRe, _b, _b);
        if (typeof(TActivation) == typeof(Cardioid)) CardioidGradient();
        else SiglogGradient();
    }

    /// <summary>(1 + c)/2 g - i u (s/2) Re(conj(u) g).</summary>
    private void CardioidGradient()
    {
        TensorPrimitives.Multiply<float>(_b, _sin, _b);
        TensorPrimitives.Multiply<float>(_b, 0.5f, _b);
        TensorPrimitives.Add<float>(_cos, 1, _a);
        TensorPrimitives.Multiply<float>(_a, 0.5f, _a);
        TensorPrimitives.Multiply<float>(_a, _gradientRe, ResultRe);
        TensorPrimitives.MultiplyAdd<float>(_sin, _b, ResultRe, ResultRe);
        TensorPrimitives.Multiply<float>(_a, _gradientIm, ResultIm);
        TensorPrimitives.Multiply<float>(_cos, _b, _b);
        TensorPrimitives.Subtract<float>(ResultIm, _b, ResultIm);
    }

    /// <summary>q (g - p u Re(conj(u) g)) with q = 1/(1 + |z|) and p = 1 - q.</summary>
    private void SiglogGradient()
    {
        TensorPrimitives.Add<float>(_a, 1, _a);
        TensorPrimitives.Divide<float>(1, _a, _a);
        TensorPrimitives.Multiply<float>(_a, _b, ResultRe);
        TensorPrimitives.Subtract<float>(_b, ResultRe, _b);
        TensorPrimitives.Multiply<float>(_cos, _b, ResultRe);
        TensorPrimitives.Subtract<float>(_gradientRe, ResultRe, ResultRe);
        TensorPrimitives.Multiply<float>(_a, ResultRe, ResultRe);
        TensorPrimitives.Multiply<float>(_sin, _b, ResultIm);
        TensorPrimitives.Subtract<float>(_gradientIm, ResultIm, ResultIm);
        TensorPrimitives.Multiply<float>(_a, ResultIm, ResultIm);
    }

    private void Slope(float[] x, float[] gradient, float[] result)
    {
        TensorPrimitives.Tanh<float>(x, _a);
        TensorPrimitives.Multiply<float>(_a, _a, _a);
        TensorPrimitives.Subtract<float>(1, _a, _a);
        TensorPrimitives.Multiply<float>(_a, gradient, result);
    }

    private static float[] Re(ComplexF[] x) => Array.ConvertAll(x, number => number.Re);

    private static float[] Im(ComplexF[] x) => Array.ConvertAll(x, number => number.Im);
}
