using System.Buffers;
using System.Runtime.InteropServices;

namespace MrfSimd.IO;

/// <summary>A stored value x stands for slope x + intercept, in both parts of a complex value alike (NIfTI's scl_slope and scl_inter).</summary>
internal sealed record LinearScale(double Slope, double Intercept)
{
    /// <summary>As <see cref="ElementConversion.Convert"/>, through double precision.</summary>
    public int Convert<T>(ElementType from, ReadOnlySpan<byte> source, Span<T> destination) where T : unmanaged
    {
        bool complex = from.IsComplex();
        int count = destination.Length * (complex ? 2 : 1);
        double[] rented = ArrayPool<double>.Shared.Rent(count);
        try
        {
            Span<double> values = rented.AsSpan(0, count);
            ElementType component = from switch
            {
                ElementType.Complex64 => ElementType.Float32,
                ElementType.Complex128 => ElementType.Float64,
                _ => from,
            };
            ElementConversion.Convert(component, source, values);
            foreach (ref double value in values) value = value * Slope + Intercept;
            return ElementConversion.Convert(complex ? ElementType.Complex128 : ElementType.Float64, MemoryMarshal.AsBytes(values), destination);
        }
        finally
        {
            ArrayPool<double>.Shared.Return(rented);
        }
    }
}
