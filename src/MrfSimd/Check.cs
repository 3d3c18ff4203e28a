using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace MrfSimd;

/// <summary>
/// Argument checks of the public entries: each failure names the argument, its value and what was expected.
/// Called once per public call, never in a kernel.
/// </summary>
/// <remarks>Descriptions are constants: an interpolated one would allocate on every call that passes.</remarks>
internal static class Check
{
    public static void NotNegative(long value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (value < 0) Fail(name, value, "expected 0 or more");
    }

    public static void Positive(long value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (value <= 0) Fail(name, value, "expected 1 or more");
    }

    /// <summary>A finite number above zero.</summary>
    public static void PositiveFinite(double value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (!(value > 0) || double.IsInfinity(value)) Fail(name, value, "expected a finite number above 0");
    }

    public static void Finite(double value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (!double.IsFinite(value)) Fail(name, value, "expected a finite number");
    }

    public static void InRange(double value, double low, double high, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (!(value >= low && value <= high)) Fail(name, value, $"expected a number from {low} to {high}");
    }

    /// <summary>A span must hold exactly <paramref name="expected"/> elements.</summary>
    public static void Length(long actual, long expected, string name, string shape)
    {
        if (actual != expected) Fail(name, $"length {actual}", $"expected length {expected} ({shape})");
    }

    /// <summary>A span must hold at least <paramref name="needed"/> elements.</summary>
    public static void AtLeast(long actual, long needed, string name, string shape)
    {
        if (actual < needed) Fail(name, $"length {actual}", $"expected at least {needed} ({shape})");
    }

    /// <summary>Two buffers may be the same (same first element) or apart, but must not overlap in part.</summary>
    public static void SameOrApart<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, string nameOfA, string nameOfB)
    {
        if (a.Overlaps(b, out int offset) && offset != 0)
            throw new ArgumentException($"{nameOfB} overlaps {nameOfA} by an offset of {offset} elements: expected the same start or no overlap.", nameOfB);
    }

    /// <summary>Two buffers must not share memory.</summary>
    public static void Apart<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, string nameOfA, string nameOfB)
    {
        if (a.Overlaps(b))
            throw new ArgumentException($"{nameOfB} overlaps {nameOfA}: expected separate memory.", nameOfB);
    }

    [DoesNotReturn]
    public static void Fail(string? name, object value, string expectation) =>
        throw new ArgumentException($"{name} is {value}: {expectation}.", name);
}
