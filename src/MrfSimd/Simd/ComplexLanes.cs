using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>A vector of complex numbers, computed planar: the real parts in one vector, the imaginary parts in another.</summary>
/// <typeparam name="T">The lane type.</typeparam>
/// <param name="re">Real parts.</param>
/// <param name="im">Imaginary parts.</param>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
public readonly struct ComplexLanes<T>(T re, T im) where T : struct, ILanes<T>
{
    /// <summary>Real parts.</summary>
    public readonly T Re = re;

    /// <summary>Imaginary parts.</summary>
    public readonly T Im = im;

    /// <summary>The complex conjugate.</summary>
    public ComplexLanes<T> Conjugate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Re, -Im);
    }

    /// <summary>|z|^2, fused.</summary>
    public T SquaredMagnitude
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => T.Fma(Re, Re, Im * Im);
    }

    /// <summary>Sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> operator +(ComplexLanes<T> a, ComplexLanes<T> b) => new(a.Re + b.Re, a.Im + b.Im);

    /// <summary>Difference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> operator -(ComplexLanes<T> a, ComplexLanes<T> b) => new(a.Re - b.Re, a.Im - b.Im);

    /// <summary>Product: re = ar br - ai bi, im = ar bi + ai br, the second product of each fused.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> operator *(ComplexLanes<T> a, ComplexLanes<T> b) =>
        new(T.FmaNegated(a.Im, b.Im, a.Re * b.Re), T.Fma(a.Im, b.Re, a.Re * b.Im));

    /// <summary>a conj(b), the second product of each part fused.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ComplexLanes<T> TimesConjugate(ComplexLanes<T> b) => new(T.Fma(Im, b.Im, Re * b.Re), T.FmaNegated(Re, b.Im, Im * b.Re));

    /// <summary>Product with a real factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> operator *(ComplexLanes<T> a, T s) => new(a.Re * s, a.Im * s);

    /// <summary>a + b * s with one rounding per part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> Fma(ComplexLanes<T> b, T s, ComplexLanes<T> a) => new(T.Fma(b.Re, s, a.Re), T.Fma(b.Im, s, a.Im));

    /// <summary>a + b c, every product fused.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> Fma(ComplexLanes<T> b, ComplexLanes<T> c, ComplexLanes<T> a) =>
        new(T.FmaNegated(b.Im, c.Im, T.Fma(b.Re, c.Re, a.Re)), T.Fma(b.Im, c.Re, T.Fma(b.Re, c.Im, a.Im)));

    /// <summary>a + this conj(b), every product fused.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ComplexLanes<T> FmaConjugate(ComplexLanes<T> b, ComplexLanes<T> a) =>
        new(T.Fma(Im, b.Im, T.Fma(Re, b.Re, a.Re)), T.FmaNegated(Re, b.Im, T.Fma(Im, b.Re, a.Im)));

    /// <summary>The lanes of a where the mask is set, of b elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> Select(T mask, ComplexLanes<T> a, ComplexLanes<T> b) =>
        new(T.Select(mask, a.Re, b.Re), T.Select(mask, a.Im, b.Im));
}
