using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace MrfSimd.Fingerprinting;

/// <summary>
/// The left singular vectors of the matrix D, [sample, atom], of a dictionary's atoms at unit norm, from products with blocks of atoms. Sums of a block are in
/// single precision, those over blocks and all factorisations in double.
/// </summary>
internal sealed class GramFactorisation : IDisposable
{
    // Atoms per product.
    private const int BlockAtoms = 4096;

    // Vectors beyond the rank that the random start has, as Halko et al. advise.
    private const int Oversampling = 10;

    private const ulong Seed = 2011;

    private readonly GemmWorkspace<float> _workspace;
    private readonly AtomStore _store;

    /// <param name="source">Of the atoms; not disposed.</param>
    /// <param name="team">Threads; not disposed.</param>
    public GramFactorisation(IAtomSource source, WorkerTeam team)
    {
        Check.Positive(source.Count);
        _workspace = new GemmWorkspace<float>(team);
        _store = new AtomStore(source, AtomBlocks.Consecutive(source.Count, BlockAtoms), 0, _workspace, ownsSource: false);
    }

    private int Length => _store.SignalLength;

    public void Dispose()
    {
        _store.Dispose();
        _workspace.Dispose();
    }

    /// <summary>All of them, [sample, vector], with their shares of the energy, by falling energy: eigenvectors of D D^H.</summary>
    public (Complex[,] Vectors, double[] Energies) All()
    {
        Matrix<Complex> gram = Matrix<Complex>.Build.Dense(Length, Length);
        // As it lies, [atom, sample]: D D^H = atoms^T conj(atoms).
        Accumulate(gram, (atoms, count, part) => Multiply(MatrixOp.Transpose, MatrixOp.Conjugate, Length, Length, count, atoms, Length, atoms, Length, part));
        return Eigenvectors(gram, Matrix<Complex>.Build.DenseIdentity(Length), null);
    }

    /// <summary>
    /// The first ones by a randomised range finder with one power iteration (Halko, Martinsson and Tropp, SIAM Rev. 53, 2011): Y = D Omega for random Omega, Q its
    /// basis, again with Y = D D^H Q, and the eigenvectors of Q^H D D^H Q turned by Q. Its operations are (3 rank + 30) / samples of those of D D^H.
    /// </summary>
    public (Complex[,] Vectors, double[] Energies) First(int rank)
    {
        int width = Math.Min(rank + Oversampling, Length), atomCount = _store.Blocks.AtomCount;
        ComplexF[] block = new ComplexF[Math.Min(BlockAtoms, atomCount) * width];
        CounterRandom random = new(Seed);
        Matrix<Complex> range = Matrix<Complex>.Build.Dense(Length, width), small = Matrix<Complex>.Build.Dense(width, width);
        int first = 0;
        Accumulate(range, (atoms, count, part) =>
        {
            for (int i = 0; i < count; i++) random.Normals((ulong)(first + i), block.AsSpan(i * width, width));
            first += count;
            Multiply(MatrixOp.Transpose, MatrixOp.None, Length, width, count, atoms, Length, block, width, part);
        });
        Accumulate(range, Orthonormal(range), block, (atoms, count, part) =>
            Multiply(MatrixOp.Transpose, MatrixOp.Conjugate, Length, width, count, atoms, Length, block, width, part));
        double energy = 0;
        Matrix<Complex> basis = Orthonormal(range);
        Accumulate(small, basis, block, (atoms, count, part) =>
        {
            energy += InnerProduct.Energy(atoms);
            Multiply(MatrixOp.Transpose, MatrixOp.Conjugate, width, width, count, block, width, block, width, part);
        });
        return Eigenvectors(small, basis, energy);
    }

    private delegate void Product(ReadOnlySpan<ComplexF> atoms, int count, Span<ComplexF> part);

    /// <summary>sum = the sum over the blocks of a product.</summary>
    private void Accumulate(Matrix<Complex> sum, Product product)
    {
        ComplexF[] part = new ComplexF[sum.RowCount * sum.ColumnCount];
        sum.Clear();
        for (int block = 0; block < _store.Blocks.Count; block++)
        {
            product(_store.Write(block), _store.Blocks[block].Length, part);
            for (int i = 0; i < part.Length; i++) sum[i / sum.ColumnCount, i % sum.ColumnCount] += part[i];
        }
    }

    /// <summary>The same, with <paramref name="coefficients"/> = (Q^H D)^T of each block, [atom, vector], before its product.</summary>
    private void Accumulate(Matrix<Complex> sum, Matrix<Complex> basis, ComplexF[] coefficients, Product product)
    {
        int width = basis.ColumnCount;
        ComplexF[] vectors = new ComplexF[Length * width];
        for (int i = 0; i < vectors.Length; i++) vectors[i] = (ComplexF)basis[i / width, i % width];
        Accumulate(sum, (atoms, count, part) =>
        {
            Multiply(MatrixOp.None, MatrixOp.Conjugate, count, width, Length, atoms, Length, vectors, width, coefficients.AsSpan(0, count * width));
            product(atoms, count, part);
        });
    }

    private void Multiply(MatrixOp opA, MatrixOp opB, int m, int n, int k, ReadOnlySpan<ComplexF> a, int lda, ReadOnlySpan<ComplexF> b, int ldb, Span<ComplexF> c) =>
        ComplexGemm.Multiply(opA, opB, m, n, k, ComplexF.One, a, lda, b, ldb, ComplexF.Zero, c, n, _workspace);

    private static Matrix<Complex> Orthonormal(Matrix<Complex> range) => range.QR().Q.SubMatrix(0, range.RowCount, 0, range.ColumnCount);

    /// <summary>The eigenvectors of a Hermitian matrix, turned by a basis, and their shares of the energy, which is that of all of them unless given.</summary>
    private static (Complex[,] Vectors, double[] Energies) Eigenvectors(Matrix<Complex> matrix, Matrix<Complex> basis, double? energy)
    {
        MathNet.Numerics.LinearAlgebra.Factorization.Evd<Complex> eigen = matrix.Evd(Symmetricity.Hermitian);
        int[] order = [.. Enumerable.Range(0, matrix.RowCount).OrderByDescending(i => eigen.EigenValues[i].Real)];
        // Rounding leaves eigenvalues of 0 a little below it.
        double[] energies = [.. order.Select(i => Math.Max(0, eigen.EigenValues[i].Real))];
        double total = energy ?? energies.Sum();
        if (!(total > 0)) Check.Fail("source", "without energy", "expected an atom that is not zero");
        Matrix<Complex> turned = basis * eigen.EigenVectors;
        Complex[,] vectors = new Complex[turned.RowCount, turned.ColumnCount];
        for (int vector = 0; vector < turned.ColumnCount; vector++)
            for (int i = 0; i < turned.RowCount; i++) vectors[i, vector] = turned[i, order[vector]];
        return (vectors, [.. energies.Select(value => value / total)]);
    }
}
