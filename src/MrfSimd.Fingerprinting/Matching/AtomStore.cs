using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace MrfSimd.Fingerprinting;

/// <summary>
/// The atoms of a dictionary at unit norm: packed once, in one matrix, if they fit the memory budget, else written anew by their source each
/// time a block of them is needed.
/// </summary>
internal sealed class AtomStore : IDisposable
{
    // Atoms that a thread scales at a time.
    private const int PartAtoms = 64;

    // Atoms that are written at a time before they are packed: whole panels at every level.
    private const int ChunkAtoms = 512;

    // The smallest normal number: below it 1 / norm may be infinite.
    private const double SmallestNorm = 1.17549435e-38;

    private readonly IAtomSource _source;
    private readonly bool _ownsSource;
    private readonly WorkerTeam _team;
    private readonly GemmWorkspace<float> _workspace;
    private readonly AlignedBuffer<float> _norms;
    private readonly AlignedBuffer<ComplexF> _scratch;
    private readonly PackedComplexMatrix<float>? _packed;
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
        IsResident = 8L * source.Count * source.SignalLength <= memoryBudget;
        _scratch = new((long)(IsResident ? Math.Min(ChunkAtoms, source.Count) : blocks.LargestBlock) * source.SignalLength);
        if (!IsResident) return;
        _packed = new(MatrixSide.Right, SignalLength, source.Count);
        for (int first = 0; first < source.Count; first += ChunkAtoms)
        {
            ReadOnlySpan<int> atoms = blocks.Order.Slice(first, Math.Min(ChunkAtoms, source.Count - first));
            _packed.PackColumns(MatrixOp.ConjugateTranspose, Reals(Write(atoms)), SignalLength, first, atoms.Length);
        }
    }

    public AtomBlocks Blocks { get; }

    /// <summary>Whether the atoms are kept.</summary>
    public bool IsResident { get; }

    public int SignalLength => _source.SignalLength;

    /// <summary>The norm of an atom as its source gives it; known once its block was used.</summary>
    public float Norm(int atom) => _norms.Span[atom];

    /// <summary>
    /// Finds the greatest |&lt;d, x&gt;|^2 over the atoms of a block, and over those that share a panel of the packed matrix with them: these come
    /// along where the block's own would leave lanes empty.
    /// </summary>
    /// <param name="block">The block.</param>
    /// <param name="signals">[row, sample].</param>
    /// <param name="rows">Signals.</param>
    /// <param name="lanes">The maxima, as <see cref="ArgMaxEpilogue{TOrder}"/> keeps them.</param>
    public void FindGreatest(int block, ReadOnlySpan<ComplexF> signals, int rows, Span<float> lanes)
    {
        int length = SignalLength, start = Blocks.Start(block), end = start + Blocks[block].Length;
        if (_packed is null)
        {
            ComplexGemm.Multiply(
                MatrixOp.None, MatrixOp.ConjugateTranspose, rows, end - start, length, Reals(signals), length, Reals(Write(block)), length,
                default, end - start, new ArgMaxEpilogue<C0>(Blocks[block], lanes), _workspace);
            return;
        }
        int panel = _packed.PanelColumns, first = start / panel * panel, last = (int)Math.Min(((long)end + panel - 1) / panel * panel, _packed.Columns);
        ReadOnlySpan<int> atoms = Blocks.Order[first..last];
        if (first == start && last == end) Multiply(first, signals, rows, atoms.Length, new ArgMaxEpilogue<C0>(atoms, lanes));
        else Multiply(first, signals, rows, atoms.Length, new ArgMaxEpilogue<C1>(atoms, lanes));
    }

    /// <summary>The atoms of a block at unit norm, [atom, sample]; valid until the next call. Not where the store <see cref="IsResident"/>.</summary>
    public ReadOnlySpan<ComplexF> Write(int block)
    {
        if (_scratchBlock == block) return _scratch.Slice(0, Blocks[block].Length * SignalLength);
        _scratchBlock = -1;
        ReadOnlySpan<ComplexF> signals = Write(Blocks[block]);
        _scratchBlock = block;
        return signals;
    }

    public void Dispose()
    {
        _packed?.Dispose();
        _scratch.Dispose();
        _norms.Dispose();
        if (_ownsSource) _source.Dispose();
    }

    private void Multiply<TOrder>(int first, ReadOnlySpan<ComplexF> signals, int rows, int atoms, ArgMaxEpilogue<TOrder> epilogue) where TOrder : IConstant =>
        ComplexGemm.Multiply(MatrixOp.None, rows, Reals(signals), SignalLength, _packed!, first, atoms, default, atoms, epilogue, _workspace);

    private ReadOnlySpan<ComplexF> Write(ReadOnlySpan<int> atoms)
    {
        Span<ComplexF> signals = _scratch.Slice(0, atoms.Length * SignalLength);
        _source.Write(atoms, signals, _team);
        NormaliseJob job = new() { Store = this, Atoms = atoms, Signals = signals };
        _team.Run(ref job, (atoms.Length + PartAtoms - 1) / PartAtoms);
        return signals;
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
