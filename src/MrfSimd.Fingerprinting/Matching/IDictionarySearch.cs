namespace MrfSimd.Fingerprinting;

/// <summary>The atom that a signal was found to resemble most.</summary>
/// <param name="Atom">Its number; <see cref="None"/> if the signal is zero or not finite, or orthogonal to every atom.</param>
/// <param name="Similarity">|&lt;d, x&gt;| / (|d| |x|), from 0 to 1; NaN for a signal that is not finite.</param>
/// <param name="Amplitude">|&lt;d, x&gt;| / &lt;d, d&gt; of the atom as its source gives it: the least-squares proton density. NaN likewise.</param>
public readonly record struct Match(int Atom, float Similarity, float Amplitude)
{
    /// <summary>The number that stands for no atom.</summary>
    public const int None = -1;

    /// <summary>The result for a signal without a match: zeros.</summary>
    public static Match Nothing => new(None, 0, 0);

    /// <summary>The result for a signal with a number that is not finite.</summary>
    public static Match NotANumber => new(None, float.NaN, float.NaN);
}

/// <summary>
/// A way to find, for each signal x, the atom d of a dictionary with the largest |&lt;d, x&gt;| / |d|: exact, compressed or by groups.
/// </summary>
/// <remarks>
/// Where two atoms have the same value, in single precision as it is computed, the lower number wins. Atoms of zero energy never match.
/// Results do not depend on the number of threads, the memory budget or how many signals are given at once. A call allocates
/// nothing. One caller at a time.
/// </remarks>
public interface IDictionarySearch : IDisposable
{
    /// <summary>Atoms searched.</summary>
    int AtomCount { get; }

    /// <summary>Samples of a signal.</summary>
    int SignalLength { get; }

    /// <summary>Floating-point operations per signal, as <see cref="FlopCount"/> counts them; for a pruned search those of the last call.</summary>
    double FlopsPerSignal { get; }

    /// <summary>Finds the best atom of each signal.</summary>
    /// <param name="signals">[signal, sample], row-major.</param>
    /// <param name="matches">[signal], written.</param>
    /// <param name="progress">Told the signals done so far (in proportion, while a block of them is at work); null for nobody.</param>
    /// <param name="cancellation">Heard every few thousand atoms.</param>
    /// <exception cref="ArgumentException">A length does not fit, or an atom is met that is not finite.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; some matches are written.</exception>
    void Search(ReadOnlySpan<ComplexF> signals, Span<Match> matches, IProgress<long>? progress = null, CancellationToken cancellation = default);
}
