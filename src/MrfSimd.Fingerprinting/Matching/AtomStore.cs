using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace MrfSimd.Fingerprinting;

/// <summary>
/// The atoms of a dictionary at unit norm, block by block: packed once if they fit the memory budget, else written anew by their source each
/// time a block is needed.
/// </summary>
internal sealed class AtomStore : IDisposable
{
    // Atoms that a thread scales at a time.
    private const int PartAtoms = 64;

    // The smallest normal number: below it 1 / norm may be infinite.
    private const double SmallestNorm = 1.17549435e-38;

    private readonly IAtomSource _source;
    private readonly bool _ownsSource;
    private readonly WorkerTeam _team;
    private readonly GemmWorkspace<float> _workspace;
    private readonly AlignedBuffer<float> _norms;
    private readonly AlignedBuffer<ComplexF> _scratch;
    private readonly PackedComplexMatrix<float>[] _packed;
    private int _scratchBlock = -1;

    /// <summary>Prepares a store.</summary>
    /// <param name="source">Of the atoms.</param>
    /// <param name="blocks">How to cut them.</param>
    /// <param name="memoryBudget">Bytes that packed atoms may take.</param>
    /// <param name="workspace">For the products; not disposed with the store.</param>
    /// <param name="ownsSource">Whether the source is disposed with the store.</param>
    public AtomStore(IAtomSource source, AtomBlocks blocks, long memoryBudget, GemmWorkspace<float> workspace, bool ownsSource = true)
    {
        Check.Length(blocks.AtomCount, source.Count, nameof(blocks), "atoms of the source");
        (_source, _ownsSource, _workspace, _team, Blocks) = (source, ownsSource, workspace, workspace.Team, blocks);
        _norms = new(source.Count);
        _scratch = new((long)blocks.LargestBlock * source.SignalLength);
        IsResident = 8L * source.Count * source.SignalLength <= memoryBudget;
        _packed = new PackedComplexMatrix<float>[IsResident ? blocks.Count : 0];
        for (int block = 0; block < _packed.Length; block++)
            _packed[block] = new(MatrixSide.Right, MatrixOp.ConjugateTranspose, SignalLength, blocks[block].Length, Reals(Write(block)), SignalLength);
    }

    public AtomBlocks Blocks { get; }

    /// <summary>Whether the atoms are kept.</summary>
    public bool IsResident { get; }

    public int SignalLength => _source.SignalLength;

    /// <summary>The norm of an atom as its source gives it; known once its block was used.</summary>
    public float Norm(int atom) => _norms.Span[atom];

    /// <summary>Multiplies signals with the adjoint of a block: the epilogue sees &lt;d, x&gt;, column j being atom number j of the block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="signals">[row, sample].</param>
    /// <param name="rows">Signals.</param>
    /// <param name="epilogue">Takes the products.</param>
    public void Multiply(int block, ReadOnlySpan<ComplexF> signals, int rows, ArgMaxEpilogue epilogue)
    {
        int length = SignalLength, atoms = Blocks[block].Length;
        if (IsResident) ComplexGemm.Multiply(MatrixOp.None, rows, Reals(signals), length, _packed[block], default, atoms, epilogue, _workspace);
        else
        {
            ComplexGemm.Multiply(
                MatrixOp.None, MatrixOp.ConjugateTranspose, rows, atoms, length, Reals(signals), length, Reals(Write(block)), length,
                default, atoms, epilogue, _workspace);
        }
    }

    /// <summary>The atoms of a block at unit norm, [atom, sample]; valid until the next call.</summary>
    public ReadOnlySpan<ComplexF> Write(int block)
    {
        ReadOnlySpan<int> atoms = Blocks[block];
        Span<ComplexF> signals = _scratch.Slice(0, atoms.Length * SignalLength);
        if (_scratchBlock == block) return signals;
        _scratchBlock = -1;
        _source.Write(atoms, signals, _team);
        NormaliseJob job = new() { Store = this, Atoms = atoms, Signals = signals };
        _team.Run(ref job, (atoms.Length + PartAtoms - 1) / PartAtoms);
        _scratchBlock = block;
        return signals;
    }

    public void Dispose()
    {
        foreach (PackedComplexMatrix<float> block in _packed) block.Dispose();
        _scratch.Dispose();
        _norms.Dispose();
        if (_ownsSource) _source.Dispose();
    }

    private static ReadOnlySpan<float> Reals(ReadOnlySpan<ComplexF> values) => MemoryMarshal.Cast<ComplexF, float>(values);

    private ref struct NormaliseJob : IParallelJob
    {
        public AtomStore Store;
        public ReadOnlySpan<int> Atoms;
        public Span<ComplexF> Signals;

        public readonly void Execute(int part, int worker)
        {
            int length = Store.SignalLength;
            for (int row = part * PartAtoms; row < Math.Min((part + 1) * PartAtoms, Atoms.Length); row++)
            {
                Span<ComplexF> atom = Signals.Slice(row * length, length);
                double norm = Math.Sqrt(InnerProduct.Energy(atom));
                if (!double.IsFinite(norm)) Check.Fail($"atom {Atoms[row]}", "not finite", "expected finite samples");
                Store._norms.Span[Atoms[row]] = (float)norm;
                // An atom without energy becomes zero: its similarity is 0, which never wins.
                if (norm < SmallestNorm) atom.Clear();
                else Scale(atom, 1 / norm);
            }
        }

        private static void Scale(Span<ComplexF> atom, double factor)
        {
            Span<float> reals = MemoryMarshal.Cast<ComplexF, float>(atom);
            TensorPrimitives.Multiply(reals, (float)factor, reals);
        }
    }
}
