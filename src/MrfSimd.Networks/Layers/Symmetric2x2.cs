using System.Runtime.CompilerServices;

namespace MrfSimd.Networks;

/// <summary>Lanes of symmetric real 2 x 2 matrices acting on (Re z, Im z): the algebra of whitening.</summary>
internal readonly struct Symmetric2x2<T>(T rr, T ri, T ii) where T : struct, ILanes<T>
{
    public readonly T Rr = rr, Ri = ri, Ii = ii;

    public T Determinant
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => T.FmaNegated(Ri, Ri, Rr * Ii);
    }

    public T Trace
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Rr + Ii;
    }

    /// <summary>tr I - M, which is det M times the inverse.</summary>
    public Symmetric2x2<T> Adjugate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Ii, -Ri, Rr);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Symmetric2x2<T> operator *(Symmetric2x2<T> m, T s) => new(m.Rr * s, m.Ri * s, m.Ii * s);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Symmetric2x2<T> operator +(Symmetric2x2<T> a, Symmetric2x2<T> b) => new(a.Rr + b.Rr, a.Ri + b.Ri, a.Ii + b.Ii);

    /// <summary>M (Re z, Im z).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<T> operator *(Symmetric2x2<T> m, ComplexLanes<T> z) =>
        new(T.Fma(m.Rr, z.Re, m.Ri * z.Im), T.Fma(m.Ri, z.Re, m.Ii * z.Im));

    /// <summary>The symmetric part of the outer product of (Re a, Im a) and (Re b, Im b).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Symmetric2x2<T> Outer(ComplexLanes<T> a, ComplexLanes<T> b) =>
        new(a.Re * b.Re, T.Broadcast(0.5) * T.Fma(a.Re, b.Im, a.Im * b.Re), a.Im * b.Im);

    /// <summary>M Q M.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Symmetric2x2<T> Around(Symmetric2x2<T> q)
    {
        // The columns of Q M, then M times each.
        ComplexLanes<T> first = this * (q * new ComplexLanes<T>(Rr, Ri)), second = this * (q * new ComplexLanes<T>(Ri, Ii));
        return new(first.Re, first.Im, second.Im);
    }

    /// <summary>
    /// The inverse square root of a positive definite matrix: with d = sqrt(det V) and t = sqrt(tr V + 2 d) it is (d I + adj V) / (d t), by
    /// Cayley and Hamilton.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Symmetric2x2<T> InverseSqrt()
    {
        T d = T.Sqrt(Determinant), t = T.Sqrt(Trace + d + d), scale = T.One / (d * t);
        return new((Ii + d) * scale, -Ri * scale, (Rr + d) * scale);
    }

    /// <summary>The symmetric X with M X + X M = Q: X = (det M Q + adj M Q adj M) / (2 tr M det M).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Symmetric2x2<T> SolveSylvester(Symmetric2x2<T> q)
    {
        T determinant = Determinant;
        return (q * determinant + Adjugate.Around(q)) * (T.Broadcast(0.5) / (Trace * determinant));
    }
}
