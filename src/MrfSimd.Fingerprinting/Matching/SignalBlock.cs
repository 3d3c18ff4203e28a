using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace MrfSimd.Fingerprinting;

/// <summary>
/// The signals at work in a search, without the empty ones, each scaled by a power of two to a norm from 1 to 2: no product overflows, and
/// no digit changes.
/// </summary>
internal sealed class SignalBlock : IDisposable
{
    // 16 MiB: with 4096 signals of 500 samples a block of atoms simulated for them costs less than 1 % of its product.
    private const long MaxSamples = 2 * 1024 * 1024;

    // Signals that a thread scales at a time.
    private const int PartRows = 64;

    private readonly WorkerTeam _team;
    private readonly int _length;
    private readonly AlignedBuffer<ComplexF> _signals;
    private readonly AlignedBuffer<int> _index, _exponent;
    private readonly AlignedBuffer<double> _norm;

    /// <param name="signalLength">Samples of a signal.</param>
    /// <param name="team">Threads.</param>
    /// <param name="maxRows">Signals to take at most.</param>
    public SignalBlock(int signalLength, WorkerTeam team, int maxRows = 4096)
    {
        (_length, _team) = (signalLength, team);
        Capacity = (int)Math.Clamp(MaxSamples / signalLength, 1, maxRows);
        _signals = new((long)Capacity * signalLength);
        _index = new(Capacity);
        _exponent = new(Capacity);
        _norm = new(Capacity);
    }

    /// <summary>Signals that fit.</summary>
    public int Capacity { get; }

    /// <summary>Signals that have a finite norm above 0.</summary>
    public int Rows { get; private set; }

    /// <summary>[row, sample].</summary>
    public ReadOnlySpan<ComplexF> Signals => _signals.Slice(0, Rows * _length);

    /// <summary>Norm of a row as it is in this block.</summary>
    public double ScaledNorm(int row) => Math.ScaleB(_norm.Span[row], _exponent.Span[row]);

    /// <summary>Takes signals in; those without a match for certain get their result at once.</summary>
    public void Load(ReadOnlySpan<ComplexF> signals, Span<Match> matches)
    {
        LoadJob energies = new() { Block = this, Source = signals, MeasuresOnly = true };
        Rows = matches.Length;
        _team.Run(ref energies, Parts);
        int rows = 0;
        for (int i = 0; i < matches.Length; i++)
        {
            double norm = _norm.Span[i];
            matches[i] = double.IsFinite(norm) ? Match.Nothing : Match.NotANumber;
            if (!(norm > 0) || !double.IsFinite(norm)) continue;
            _index.Span[rows] = i;
            _exponent.Span[rows] = -Math.ILogB(norm);
            _norm.Span[rows++] = norm;
        }
        Rows = rows;
        LoadJob copies = new() { Block = this, Source = signals };
        _team.Run(ref copies, Parts);
    }

    /// <summary>Writes the results of all rows.</summary>
    /// <param name="best">Their best atoms, found with the signals as they are in this block.</param>
    /// <param name="store">Of the atoms.</param>
    /// <param name="matches">Results of the signals that were loaded.</param>
    public void Store(BestAtoms best, AtomStore store, Span<Match> matches)
    {
        for (int row = 0; row < Rows; row++)
        {
            int atom = best.Atom(row);
            if (atom == Match.None) continue;
            double product = Math.ScaleB(Math.Sqrt(best.Power(row)), -_exponent.Span[row]);
            matches[_index.Span[row]] = new(atom, (float)Math.Min(1, product / _norm.Span[row]), (float)(product / store.Norm(atom)));
        }
    }

    public void Dispose()
    {
        _signals.Dispose();
        _index.Dispose();
        _exponent.Dispose();
        _norm.Dispose();
    }

    private int Parts => (Rows + PartRows - 1) / PartRows;

    /// <summary>Measures all signals, or copies those of the rows.</summary>
    private ref struct LoadJob : IParallelJob
    {
        public SignalBlock Block;
        public ReadOnlySpan<ComplexF> Source;
        public bool MeasuresOnly;

        public readonly void Execute(int part, int worker)
        {
            int length = Block._length, end = Math.Min((part + 1) * PartRows, Block.Rows);
            for (int row = part * PartRows; row < end; row++)
            {
                if (MeasuresOnly) Block._norm.Span[row] = Math.Sqrt(InnerProduct.Energy(Source.Slice(row * length, length)));
                else
                {
                    ReadOnlySpan<ComplexF> signal = Source.Slice(Block._index.Span[row] * length, length);
                    Scale(signal, Block._exponent.Span[row], Block._signals.Slice(row * length, length));
                }
            }
        }

        private static void Scale(ReadOnlySpan<ComplexF> signal, int exponent, Span<ComplexF> scaled)
        {
            ReadOnlySpan<float> source = MemoryMarshal.Cast<ComplexF, float>(signal);
            Span<float> destination = MemoryMarshal.Cast<ComplexF, float>(scaled);
            // 2^exponent itself may be beyond the floats, its two halves are not.
            int half = exponent / 2;
            TensorPrimitives.Multiply(source, MathF.ScaleB(1, half), destination);
            TensorPrimitives.Multiply(destination, MathF.ScaleB(1, exponent - half), destination);
        }
    }
}
