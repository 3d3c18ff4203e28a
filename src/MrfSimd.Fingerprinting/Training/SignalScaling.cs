using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace MrfSimd.Fingerprinting;

/// <summary>The scale in which networks see a signal: Euclidean norm sqrt(pulses), so that a sample's mean square is 1.</summary>
internal static class SignalScaling
{
    /// <summary>Scales one signal.</summary>
    /// <returns>The norm before. Where it is 0 or not finite the result is all zero, so that no NaN reaches a network.</returns>
    public static double Normalise(ReadOnlySpan<ComplexF> signal, Span<ComplexF> normalised)
    {
        double sum = 0;
        foreach (ComplexF z in signal) sum += (double)z.Re * z.Re + (double)z.Im * z.Im;
        double norm = Math.Sqrt(sum);
        if (!(norm > 0) || double.IsInfinity(norm))
        {
            normalised.Clear();
            return norm;
        }
        ReadOnlySpan<float> source = MemoryMarshal.Cast<ComplexF, float>(signal);
        TensorPrimitives.Multiply(source, (float)(Math.Sqrt(signal.Length) / norm), MemoryMarshal.Cast<ComplexF, float>(normalised));
        return norm;
    }
}
