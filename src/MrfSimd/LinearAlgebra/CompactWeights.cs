using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MrfSimd;

/// <summary>
/// A right operand in 16 bits per part, for few rows: panels as the other kernels have them, [panel][k](lanes), a word per complex number.
/// <code>
///   word w      high half re, low half im, both signed
///   re = s float(w), im = s float(w &lt;&lt; 16)      s = 2^e per column
/// </code>
/// The whole word stands for re: masking the low half away would be an instruction more, and rounding takes it into account.
/// </summary>
internal sealed unsafe class CompactWeights(int rows, int columns, int lanes) : IDisposable
{
    private const int LargestPart = short.MaxValue, SmallestExponent = -110;

    private readonly AlignedBuffer<float> _words = new((long)rows * Blocking.CeilingDivide(columns, lanes) * lanes);
    private readonly AlignedBuffer<float> _scales = new(Blocking.CeilingDivide(columns, lanes) * lanes);

    /// <summary>The panels from a column on, a multiple of the lanes.</summary>
    public float* Words(int column) => Pointer(_words) + (nint)rows * column;

    /// <summary>The scales from a column on.</summary>
    public float* Scales(int column) => Pointer(_scales) + column;

    /// <inheritdoc/>
    public void Dispose()
    {
        _words.Dispose();
        _scales.Dispose();
    }

    /// <summary>Rounds some columns.</summary>
    /// <param name="view">The columns: rows x count.</param>
    /// <param name="first">The first, a multiple of the lanes.</param>
    /// <param name="count">How many.</param>
    /// <param name="rounded">What products compute with: rows x count, interleaved.</param>
    /// <exception cref="ArgumentException">A number is not finite.</exception>
    public void Round(MatrixView<float> view, int first, int count, float* rounded)
    {
        for (int column = 0; column < count; column++)
        {
            float largest = 0;
            for (int k = 0; k < rows; k++)
            {
                float* z = view.At(k, column, 2);
                if (!float.IsFinite(z[0]) || !float.IsFinite(z[1])) Check.Fail("x", $"({z[0]}, {z[1]}) at ({k}, {first + column})", "expected finite numbers for 16 bits");
                largest = MathF.Max(largest, MathF.Max(MathF.Abs(z[0]), MathF.Abs(z[1])));
            }
            // The exponent of largest / LargestPart, rounded up; the scale is a normal number even for a column of zeros.
            int exponent = (int)Math.Max(SmallestExponent, Math.Ceiling(Math.Log2((double)largest / LargestPart)));
            double step = Math.ScaleB(1, exponent);
            float scale = (float)(step / 65536);
            Scales(first)[column] = scale;
            int* words = (int*)Words(first + column - (first + column) % lanes) + (first + column) % lanes;
            for (int k = 0; k < rows; k++, words += lanes)
            {
                float* z = view.At(k, column, 2), to = rounded + 2 * ((nint)k * count + column);
                int im = (int)Math.Round((view.Conjugate ? -z[1] : z[1]) / step), low = im & 0xffff;
                int high = (int)Math.Round(z[0] / step - low / 65536.0);
                *words = high << 16 | low;
                to[0] = scale * *words;
                to[1] = scale * (*words << 16);
            }
        }
    }

    /// <summary>A vector of words, without the scales.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> Load<T>(void* words) where T : struct, ILanes<T>
    {
        if (typeof(T) == typeof(F32x16))
        {
            Vector512<int> w = Vector512.Load((int*)words);
            F32x16 re = new(Vector512.ConvertToSingle(w)), im = new(Vector512.ConvertToSingle(w << 16));
            return new(Unsafe.BitCast<F32x16, T>(re), Unsafe.BitCast<F32x16, T>(im));
        }
        if (typeof(T) == typeof(F32x8))
        {
            Vector256<int> w = Vector256.Load((int*)words);
            F32x8 re = new(Vector256.ConvertToSingle(w)), im = new(Vector256.ConvertToSingle(w << 16));
            return new(Unsafe.BitCast<F32x8, T>(re), Unsafe.BitCast<F32x8, T>(im));
        }
        int word = *(int*)words;
        return new(T.Broadcast((float)word), T.Broadcast((float)(word << 16)));
    }

    private static float* Pointer(AlignedBuffer<float> buffer)
    {
        fixed (float* p = &buffer.Reference) return p;
    }
}
