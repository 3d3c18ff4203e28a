using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd;

/// <summary>
/// A single-precision complex number: two floats, real part first. Blittable and bit-compatible with NumPy's <c>complex64</c>,
/// C's <c>float _Complex</c> and <c>std::complex&lt;float&gt;</c>. A <c>Span&lt;ComplexF&gt;</c> is the storage format of all public data.
/// </summary>
/// <remarks>Sums and products here are for edges and tests; arrays go through the kernels.</remarks>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct ComplexF(float Re, float Im)
{
    /// <summary>0 + 0i.</summary>
    public static ComplexF Zero => default;

    /// <summary>1 + 0i.</summary>
    public static ComplexF One => new(1, 0);

    /// <summary>0 + 1i.</summary>
    public static ComplexF ImaginaryOne => new(0, 1);

    /// <summary>The complex conjugate.</summary>
    public ComplexF Conjugate => new(Re, -Im);

    /// <summary>|z|, without overflow for any finite z.</summary>
    public float Magnitude => (float)Math.Sqrt((double)Re * Re + (double)Im * Im);

    /// <summary>The argument of z in (-pi, pi]; 0 at z = 0.</summary>
    public float Phase => MathF.Atan2(Im, Re);

    /// <summary>r exp(i phase), the phase in radians.</summary>
    public static ComplexF FromPolar(double magnitude, double phase)
    {
        (double sin, double cos) = Math.SinCos(phase);
        return new((float)(magnitude * cos), (float)(magnitude * sin));
    }

    /// <summary>Sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexF operator +(ComplexF a, ComplexF b) => new(a.Re + b.Re, a.Im + b.Im);

    /// <summary>Difference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexF operator -(ComplexF a, ComplexF b) => new(a.Re - b.Re, a.Im - b.Im);

    /// <summary>Negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexF operator -(ComplexF a) => new(-a.Re, -a.Im);

    /// <summary>Product.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexF operator *(ComplexF a, ComplexF b) => new(a.Re * b.Re - a.Im * b.Im, a.Re * b.Im + a.Im * b.Re);

    /// <summary>Product with a real number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexF operator *(float s, ComplexF a) => new(s * a.Re, s * a.Im);

    /// <summary>Widens to double precision, exactly.</summary>
    public static implicit operator Complex(ComplexF a) => new(a.Re, a.Im);

    /// <summary>Rounds both parts to single precision.</summary>
    public static explicit operator ComplexF(Complex a) => new((float)a.Real, (float)a.Imaginary);

    /// <summary>A real number as a complex one.</summary>
    public static implicit operator ComplexF(float re) => new(re, 0);

    /// <summary>For example <c>(1.5+2i)</c>, invariant culture.</summary>
    public override string ToString() => FormattableString.Invariant($"({Re}{(Im < 0 || float.IsNegative(Im) ? "-" : "+")}{MathF.Abs(Im)}i)");
}
