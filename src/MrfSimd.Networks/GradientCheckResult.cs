using System.Globalization;
using System.Numerics;
using System.Text;

namespace MrfSimd.Networks;

/// <summary>How a complex gradient of a real loss is written down.</summary>
public enum GradientConvention
{
    /// <summary>dL/dz* = (dL/dx + i dL/dy)/2, the paper's eq. (6); all buffers of this library.</summary>
    Cogradient,

    /// <summary>dL/dx + i dL/dy, twice the cogradient: what PyTorch and TensorFlow store.</summary>
    PyTorch,

    /// <summary>dL/dx - i dL/dy, twice the conjugate of the cogradient: what jax.grad returns.</summary>
    Jax,
}

/// <summary>What a gradient check does and accepts.</summary>
public sealed record GradientCheckOptions
{
    /// <summary>Largest error, relative to the size of the gradient.</summary>
    public double Tolerance { get; init; } = 1e-8;

    /// <summary>The first step of the differences, relative to the size of the argument; later ones are smaller.</summary>
    public double RelativeStep { get; init; } = 2e-3;

    /// <summary>How many coordinates of a long vector are checked one by one, evenly spread over it.</summary>
    public int MaxCoordinates { get; init; } = 200;

    /// <summary>How many random directions are checked on top: each moves all coordinates at once.</summary>
    public int Directions { get; init; } = 4;

    /// <summary>Seed of the random directions.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>A named stretch of a flat vector of reals.</summary>
/// <param name="Name">Name in reports, for example <c>layer0.weight</c>.</param>
/// <param name="Length">Reals, two for each complex number.</param>
/// <param name="IsComplex">
/// True: interleaved complex numbers whose gradient is the cogradient dL/dz*. False: real numbers with their ordinary gradient dL/dx.
/// </param>
public readonly record struct GradientSegment(string Name, int Length, bool IsComplex);

/// <summary>One line of a check.</summary>
/// <param name="Test">What was compared, for example <c>df/dz</c>.</param>
/// <param name="Error">The worst error, relative to the size of the gradient.</param>
/// <param name="Tolerance">The largest error accepted.</param>
/// <param name="Order">
/// How fast the error of the test's first-order model falls with its step: 2 if the derivative is right; infinity if the model is exact up to
/// rounding; NaN where the test has no steps.
/// </param>
/// <param name="Checked">Elements compared.</param>
/// <param name="Inconclusive">Those where the differences themselves are no better than the tolerance (a kink within reach, cancellation).</param>
/// <param name="Where">The worst element.</param>
/// <param name="Expected">What the differences say there.</param>
/// <param name="Actual">What the derivative under test says there.</param>
/// <param name="Passed">Whether the line holds.</param>
public sealed record GradientCheckRow(
    string Test, double Error, double Tolerance, double Order, int Checked, int Inconclusive, string Where, Complex Expected, Complex Actual, bool Passed)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        string order = double.IsNaN(Order) ? "-" : double.IsPositiveInfinity(Order) ? "exact" : Order.ToString("F2", CultureInfo.InvariantCulture);
        string line = FormattableString.Invariant(
            $"{(Passed ? "ok  " : "FAIL")} {Test,-28} error {Error:E1} (at most {Tolerance:E0})  order {order,-5}  {Checked} checked, {Inconclusive} inconclusive");
        return Passed ? line : line + FormattableString.Invariant($"; worst at {Where}: expected {Expected:G12}, got {Actual:G12}");
    }
}

/// <summary>The outcome of a gradient check: print it, assert on it.</summary>
/// <param name="Subject">What was checked.</param>
/// <param name="Rows">One row per test.</param>
/// <param name="Diagnosis">If it failed and the failure fits a well-known mistake: which. Else empty.</param>
public sealed record GradientCheckResult(string Subject, IReadOnlyList<GradientCheckRow> Rows, string Diagnosis = "")
{
    /// <summary>Whether every row holds.</summary>
    public bool Passed => Rows.All(row => row.Passed);

    /// <summary>The row with the largest error relative to its tolerance.</summary>
    public GradientCheckRow Worst => Rows.MaxBy(row => row.Error / row.Tolerance)!;

    /// <summary>Throws if a row fails; the message is the whole report.</summary>
    /// <exception cref="InvalidOperationException">A row fails.</exception>
    public void ThrowIfFailed()
    {
        if (!Passed) throw new InvalidOperationException(ToString());
    }

    /// <summary>One line per row.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        text.Append(Subject).Append(Passed ? ": passed" : ": FAILED");
        if (Diagnosis.Length > 0) text.Append(" (looks like ").Append(Diagnosis).Append(')');
        foreach (GradientCheckRow row in Rows) text.Append(Environment.NewLine).Append("  ").Append(row);
        return text.ToString();
    }
}
