using System.Numerics;
using System.Runtime.InteropServices;

namespace MrfSimd.Fingerprinting;

/// <summary>
/// An orthonormal basis of the signals of a dictionary, the first left singular vectors of the matrix [sample, atom] of its atoms at unit norm
/// (McGivney et al., IEEE TMI 33, 2014). Signals and atoms are compressed to their coefficients V^H x.
/// </summary>
public sealed class SignalBasis : IDisposable
{
    private readonly PackedComplexMatrix<float> _packed;
    private readonly ComplexF[] _vectors;
    private readonly double[] _energies;

    private SignalBasis(ComplexF[] vectors, int signalLength, double[] energies)
    {
        Check.Positive(signalLength);
        Check.Positive(vectors.Length);
        if (vectors.Length % signalLength != 0) Check.Fail(nameof(vectors), $"length {vectors.Length}", $"expected a multiple of the signal length {signalLength}");
        (_vectors, _energies, SignalLength, Rank) = (vectors, energies, signalLength, vectors.Length / signalLength);
        _packed = new(MatrixSide.Right, MatrixOp.ConjugateTranspose, signalLength, Rank, MemoryMarshal.Cast<ComplexF, float>(vectors), signalLength);
    }

    /// <summary>A basis that was computed before and, for example, read from a file; its energies are unknown.</summary>
    /// <param name="vectors">Orthonormal, [vector, sample]; copied.</param>
    /// <param name="signalLength">Samples of a signal.</param>
    /// <exception cref="ArgumentException">There is no vector, or they are not of this length.</exception>
    public SignalBasis(ReadOnlySpan<ComplexF> vectors, int signalLength) : this(vectors.ToArray(), signalLength, []) { }

    /// <summary>Samples of a signal.</summary>
    public int SignalLength { get; }

    /// <summary>Coefficients of a compressed signal.</summary>
    public int Rank { get; }

    /// <summary>The basis vectors, [vector, sample], by falling energy.</summary>
    public ReadOnlySpan<ComplexF> Vectors => _vectors;

    /// <summary>
    /// Share of the dictionary's energy along each singular vector found, falling: of all [SignalLength], whose sum is 1, unless the basis is a randomised one; none if they are unknown.
    /// </summary>
    public ReadOnlySpan<double> Energies => _energies;

    /// <summary>Share of the energy that the basis keeps; NaN if the energies are unknown.</summary>
    public double EnergyKept
    {
        get
        {
            if (_energies.Length == 0) return double.NaN;
            double sum = 0;
            for (int i = 0; i < Rank; i++) sum += _energies[i];
            return sum;
        }
    }

    /// <summary>Operations of compressing a signal.</summary>
    public double FlopsPerSignal => FlopCount.ComplexGemm(1, Rank, SignalLength);

    /// <summary>The basis of a given rank. Vectors beyond the rank of the atoms complete it and carry no energy.</summary>
    /// <param name="source">Of the atoms; not kept.</param>
    /// <param name="rank">1 .. signal length.</param>
    /// <param name="team">Threads.</param>
    /// <exception cref="ArgumentException">The rank is out of range, an atom is not finite, or all are zero.</exception>
    public static SignalBasis OfRank(IAtomSource source, int rank, WorkerTeam team)
    {
        Check.InRange(rank, 1, source.SignalLength);
        using GramFactorisation factorisation = new(source, team);
        (Complex[,] vectors, double[] energies) = factorisation.All();
        return Of(vectors, energies, rank);
    }

    /// <summary>
    /// The basis of a given rank by a randomised range finder: a third of the operations at rank 64 of 500 and no large eigenproblem. Its vectors are those of
    /// <see cref="OfRank"/> where the energies fall fast, and keep nearly the same energy where they do not.
    /// </summary>
    /// <param name="source">Of the atoms; not kept.</param>
    /// <param name="rank">1 .. signal length.</param>
    /// <param name="team">Threads; the basis does not depend on them.</param>
    /// <exception cref="ArgumentException">The rank is out of range, an atom is not finite, or all are zero.</exception>
    public static SignalBasis Randomised(IAtomSource source, int rank, WorkerTeam team)
    {
        Check.InRange(rank, 1, source.SignalLength);
        using GramFactorisation factorisation = new(source, team);
        (Complex[,] vectors, double[] energies) = factorisation.First(rank);
        return Of(vectors, energies, rank);
    }

    /// <summary>The smallest basis that keeps a given share of the energy.</summary>
    /// <param name="source">Of the atoms; not kept.</param>
    /// <param name="energy">Above 0, at most 1; for example 0.999.</param>
    /// <param name="team">Threads.</param>
    /// <exception cref="ArgumentException">The energy is out of range, an atom is not finite, or all are zero.</exception>
    public static SignalBasis OfEnergy(IAtomSource source, double energy, WorkerTeam team)
    {
        Check.PositiveFinite(energy);
        Check.InRange(energy, 0, 1);
        using GramFactorisation factorisation = new(source, team);
        (Complex[,] vectors, double[] energies) = factorisation.All();
        int rank = 0;
        for (double sum = 0; rank < energies.Length && sum < energy; rank++) sum += energies[rank];
        return Of(vectors, energies, rank);
    }

    /// <summary>Compresses signals.</summary>
    /// <param name="signals">[signal, sample], row-major.</param>
    /// <param name="coefficients">Receives [signal, coefficient]; must not overlap the signals.</param>
    /// <param name="workspace">Scratch memory and threads.</param>
    /// <exception cref="ArgumentException">A length does not fit, or the spans overlap.</exception>
    public void Project(ReadOnlySpan<ComplexF> signals, Span<ComplexF> coefficients, GemmWorkspace<float> workspace)
    {
        int rows = signals.Length / SignalLength;
        Check.Length(signals.Length, (long)rows * SignalLength, nameof(signals), "signals x samples");
        Check.Length(coefficients.Length, (long)rows * Rank, nameof(coefficients), "signals x rank");
        ComplexGemm.Multiply(
            MatrixOp.None, rows, MemoryMarshal.Cast<ComplexF, float>(signals), SignalLength, _packed, MemoryMarshal.Cast<ComplexF, float>(coefficients), Rank,
            new NoEpilogue(), workspace);
    }

    /// <inheritdoc/>
    public void Dispose() => _packed.Dispose();

    private static SignalBasis Of(Complex[,] vectors, double[] energies, int rank)
    {
        int length = vectors.GetLength(0);
        ComplexF[] kept = new ComplexF[rank * length];
        for (int vector = 0; vector < rank; vector++)
            for (int i = 0; i < length; i++) kept[vector * length + i] = (ComplexF)vectors[i, vector];
        return new(kept, length, energies);
    }
}
