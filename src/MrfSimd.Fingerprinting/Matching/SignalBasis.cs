using System.Numerics;
using System.Runtime.InteropServices;
using MathNet.Numerics.LinearAlgebra;

namespace MrfSimd.Fingerprinting;

/// <summary>
/// An orthonormal basis of the signals of a dictionary, the first left singular vectors of the matrix [sample, atom] of its atoms at unit norm
/// (McGivney et al., IEEE TMI 33, 2014). Signals and atoms are compressed to their coefficients V^H x.
/// </summary>
public sealed class SignalBasis : IDisposable
{
    // Atoms per product of the Gram matrix.
    private const int BlockAtoms = 4096;

    private readonly PackedComplexMatrix<float> _packed;
    private readonly ComplexF[] _vectors;
    private readonly double[] _energies;

    private SignalBasis(ComplexF[] vectors, int signalLength, double[] energies)
    {
        (_vectors, _energies, SignalLength, Rank) = (vectors, energies, signalLength, vectors.Length / signalLength);
        _packed = new(MatrixSide.Right, MatrixOp.ConjugateTranspose, signalLength, Rank, MemoryMarshal.Cast<ComplexF, float>(vectors), signalLength);
    }

    /// <summary>Samples of a signal.</summary>
    public int SignalLength { get; }

    /// <summary>Coefficients of a compressed signal.</summary>
    public int Rank { get; }

    /// <summary>The basis vectors, [vector, sample], by falling energy.</summary>
    public ReadOnlySpan<ComplexF> Vectors => _vectors;

    /// <summary>Share of the dictionary's energy along each singular vector, [SignalLength], falling; their sum is 1.</summary>
    public ReadOnlySpan<double> Energies => _energies;

    /// <summary>Share of the energy that the basis keeps.</summary>
    public double EnergyKept
    {
        get
        {
            double sum = 0;
            for (int i = 0; i < Rank; i++) sum += _energies[i];
            return sum;
        }
    }

    /// <summary>Operations of compressing a signal.</summary>
    public double FlopsPerSignal => FlopCount.ComplexGemm(1, Rank, SignalLength);

    /// <summary>The basis of a given rank.</summary>
    /// <param name="source">Of the atoms; not kept.</param>
    /// <param name="rank">1 .. signal length.</param>
    /// <param name="team">Threads.</param>
    /// <exception cref="ArgumentException">The rank is out of range, or an atom is not finite.</exception>
    public static SignalBasis OfRank(IAtomSource source, int rank, WorkerTeam team)
    {
        Check.InRange(rank, 1, source.SignalLength);
        (Complex[,] vectors, double[] energies) = Factorise(source, team);
        return Of(vectors, energies, rank);
    }

    /// <summary>The smallest basis that keeps a given share of the energy.</summary>
    /// <param name="source">Of the atoms; not kept.</param>
    /// <param name="energy">Above 0, at most 1; for example 0.999.</param>
    /// <param name="team">Threads.</param>
    /// <exception cref="ArgumentException">The energy is out of range, or an atom is not finite.</exception>
    public static SignalBasis OfEnergy(IAtomSource source, double energy, WorkerTeam team)
    {
        Check.PositiveFinite(energy);
        Check.InRange(energy, 0, 1);
        (Complex[,] vectors, double[] energies) = Factorise(source, team);
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
        int length = energies.Length;
        ComplexF[] kept = new ComplexF[rank * length];
        for (int vector = 0; vector < rank; vector++)
            for (int i = 0; i < length; i++) kept[vector * length + i] = (ComplexF)vectors[i, vector];
        return new(kept, length, energies);
    }

    /// <summary>Eigenvectors of the Gram matrix, [sample, vector], and the shares of energy, both by falling energy.</summary>
    private static (Complex[,] Vectors, double[] Energies) Factorise(IAtomSource source, WorkerTeam team)
    {
        int length = source.SignalLength;
        Complex[] gram = Gram(source, team);
        Matrix<Complex> matrix = Matrix<Complex>.Build.Dense(length, length, (i, j) => gram[i * length + j]);
        MathNet.Numerics.LinearAlgebra.Factorization.Evd<Complex> eigen = matrix.Evd(Symmetricity.Hermitian);
        int[] order = [.. Enumerable.Range(0, length).OrderByDescending(i => eigen.EigenValues[i].Real)];
        double total = eigen.EigenValues.Sum(value => Math.Max(0, value.Real));
        Complex[,] vectors = new Complex[length, length];
        for (int vector = 0; vector < length; vector++)
            for (int i = 0; i < length; i++) vectors[i, vector] = eigen.EigenVectors[i, order[vector]];
        return (vectors, [.. order.Select(i => Math.Max(0, eigen.EigenValues[i].Real) / total)]);
    }

    /// <summary>Sum over the atoms at unit norm of d d^H: blocks in single precision, their sum in double.</summary>
    private static Complex[] Gram(IAtomSource source, WorkerTeam team)
    {
        Check.Positive(source.Count);
        int length = source.SignalLength;
        using GemmWorkspace<float> workspace = new(team);
        using AtomStore store = new(source, AtomBlocks.Consecutive(source.Count, BlockAtoms), 0, workspace, ownsSource: false);
        Complex[] gram = new Complex[length * length];
        ComplexF[] part = new ComplexF[length * length];
        for (int block = 0; block < store.Blocks.Count; block++)
        {
            ReadOnlySpan<ComplexF> atoms = store.Write(block);
            ComplexGemm.Multiply(
                MatrixOp.Transpose, MatrixOp.Conjugate, length, length, store.Blocks[block].Length, 1, atoms, length, atoms, length, 0, part, length, workspace);
            for (int i = 0; i < gram.Length; i++) gram[i] += part[i];
        }
        return gram;
    }
}
