namespace MrfSimd.Fingerprinting;

/// <summary>
/// Where the atoms of a dictionary come from: a simulation, an array, a compression of another source. Searches scale them to unit norm
/// themselves and ask again for atoms that they do not keep, so a source gives the same bits each time. One caller at a time.
/// </summary>
public interface IAtomSource : IDisposable
{
    /// <summary>Atoms.</summary>
    int Count { get; }

    /// <summary>Samples of an atom.</summary>
    int SignalLength { get; }

    /// <summary>Writes some atoms.</summary>
    /// <param name="atoms">Their numbers, 0 .. Count - 1.</param>
    /// <param name="signals">Receives [atom, sample], row-major, in units of the signal of proton density 1.</param>
    /// <param name="team">Threads to use.</param>
    void Write(ReadOnlySpan<int> atoms, Span<ComplexF> signals, WorkerTeam team);
}

/// <summary>Atoms simulated on a grid of tissues.</summary>
public sealed class SimulatedAtoms : IAtomSource
{
    // Tissues whose parameters are laid out at a time.
    private const int Chunk = 1024;

    private readonly SignalPropagator _propagator;
    private readonly AlignedBuffer<float> _t1 = new(Chunk), _t2 = new(Chunk), _offResonance = new(Chunk), _b1 = new(Chunk);

    /// <summary>Prepares the simulation.</summary>
    /// <param name="sequence">The pulse sequence.</param>
    /// <param name="grid">The tissues.</param>
    /// <exception cref="ArgumentException">The sequence is of a kind that cannot be simulated, or the grid reaches beyond what can.</exception>
    public SimulatedAtoms(PulseSequence sequence, ParameterGrid grid)
    {
        Grid = grid;
        double reach = Math.Max(Math.Abs(grid.OffResonanceHz[0]), Math.Abs(grid.OffResonanceHz[^1]));
        _propagator = SignalPropagator.Create(sequence, Math.Max(SignalPropagator.DefaultLargestOffResonance, reach));
    }

    /// <summary>The tissues.</summary>
    public ParameterGrid Grid { get; }

    /// <summary>The sequence.</summary>
    public PulseSequence Sequence => _propagator.Sequence;

    /// <inheritdoc/>
    public int Count => Grid.Count;

    /// <inheritdoc/>
    public int SignalLength => Sequence.Count;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<int> atoms, Span<ComplexF> signals, WorkerTeam team)
    {
        Check.Length(signals.Length, (long)atoms.Length * SignalLength, nameof(signals), "atoms x samples");
        bool nominal = Grid.B1 is [1];
        for (int start = 0; start < atoms.Length; start += Chunk)
        {
            int rows = Math.Min(Chunk, atoms.Length - start);
            Span<float> t1 = _t1.Slice(0, rows), t2 = _t2.Slice(0, rows), offResonance = _offResonance.Slice(0, rows), b1 = _b1.Slice(0, rows);
            for (int row = 0; row < rows; row++)
                (t1[row], t2[row], offResonance[row], b1[row]) = Grid[atoms[start + row]];
            _propagator.Propagate(t1, t2, offResonance, nominal ? default : b1, signals.Slice(start * SignalLength, rows * SignalLength), team);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _propagator.Dispose();
        _t1.Dispose();
        _t2.Dispose();
        _offResonance.Dispose();
        _b1.Dispose();
    }
}

/// <summary>Atoms that someone else made: a dictionary from a file, say.</summary>
/// <param name="atoms">[atom, sample], row-major; kept, not copied.</param>
/// <param name="signalLength">Samples of an atom.</param>
public sealed class StoredAtoms(ReadOnlyMemory<ComplexF> atoms, int signalLength) : IAtomSource
{
    /// <inheritdoc/>
    public int Count { get; } = CountOf(atoms.Length, signalLength);

    /// <inheritdoc/>
    public int SignalLength => signalLength;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<int> atoms, Span<ComplexF> signals, WorkerTeam team)
    {
        Check.Length(signals.Length, (long)atoms.Length * signalLength, nameof(signals), "atoms x samples");
        for (int row = 0; row < atoms.Length; row++)
            Stored.Slice(atoms[row] * signalLength, signalLength).CopyTo(signals.Slice(row * signalLength, signalLength));
    }

    /// <inheritdoc/>
    public void Dispose() { }

    private ReadOnlySpan<ComplexF> Stored => atoms.Span;

    private static int CountOf(int length, int signalLength)
    {
        Check.Positive(signalLength);
        if (length % signalLength != 0) Check.Fail(nameof(atoms), $"length {length}", $"expected a multiple of the signal length {signalLength}");
        return length / signalLength;
    }
}
