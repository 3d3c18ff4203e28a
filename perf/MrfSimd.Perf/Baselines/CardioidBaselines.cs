using System.Numerics.Tensors;

namespace MrfSimd.Perf;

/// <summary>The cardioid as C# has it without this library.</summary>
internal static class CardioidBaselines
{
    public static IEnumerable<(string Name, Action Run)> Forward(ComplexF[] z, ComplexF[] result)
    {
        yield return (BaselineNames.NaiveCSharp, () => Naive(z, result));
        float[] re = [.. z.Select(x => x.Re)], im = [.. z.Select(x => x.Im)], gain = new float[z.Length];
        float[] resultRe = new float[z.Length], resultIm = new float[z.Length];
        yield return (BaselineNames.Tensors, () => Planar(re, im, gain, resultRe, resultIm));
    }

    private static void Naive(ComplexF[] z, ComplexF[] result)
    {
        for (int i = 0; i < z.Length; i++) result[i] = 0.5f * (1 + MathF.Cos(z[i].Phase)) * z[i];
    }

    private static void Planar(float[] re, float[] im, float[] gain, float[] resultRe, float[] resultIm)
    {
        TensorPrimitives.Hypot<float>(re, im, gain);
        TensorPrimitives.Divide<float>(re, gain, gain);
        TensorPrimitives.Add<float>(gain, 1, gain);
        TensorPrimitives.Multiply<float>(gain, 0.5f, gain);
        TensorPrimitives.Multiply<float>(re, gain, resultRe);
        TensorPrimitives.Multiply<float>(im, gain, resultIm);
    }
}
