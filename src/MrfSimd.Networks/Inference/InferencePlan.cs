using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace MrfSimd.Networks;

/// <summary>
/// Trained networks made ready for inference, once: batch norm folded into the layers before it, weights packed in the kernels' layout, bias and
/// activation applied inside the matrix products. Several networks that take the same input run together over blocks of rows whose
/// activations stay in the second-level cache.
/// </summary>
/// <remarks>
/// A plan is immutable: any number of callers may share it at once, each with a workspace of its own. It keeps no reference to the networks.
/// A row's result has the same bits in any batch, for any number of threads and at any SIMD level. With four multiplications it also has the
/// bits of <see cref="Network{TReal}.Forward"/> for networks without batch norm; with three, or with weights in 16 bits, it differs by rounding:
/// <see cref="Multiplication"/>, <see cref="Precision"/>.
/// </remarks>
public sealed class InferencePlan : IDisposable
{
    /// <summary>Rows of a block at most: with 500 inputs and 512 channels about 1 MB of activations; whole panels of the micro-kernels' 6 and 14 rows.</summary>
    internal const int BlockRows = 84;

    // From so many rows per thread on, threads share the rows; of fewer, the channels of each layer. A product with few rows does little but read
    // weights, and this way each core's second-level cache keeps its part of them.
    private const int FewestRowsPerThread = 24;

    private readonly PlanStep[][] _networks;
    private readonly int[] _firstOutput;

    /// <summary>Compiles networks that take the same input.</summary>
    /// <param name="networks">In evaluation mode; they may be disposed afterwards.</param>
    /// <param name="multiplication">How complex products are computed.</param>
    /// <param name="precision">How exactly complex weights are kept.</param>
    /// <exception cref="ArgumentException">No network, inputs that differ, an output that is complex, or 16 bits of a weight that is not finite.</exception>
    public InferencePlan(
        IReadOnlyList<Network<float>> networks, ComplexProductMode multiplication = ComplexProductMode.FourMultiplications,
        WeightPrecision precision = WeightPrecision.Full)
    {
        Check.Positive(networks.Count);
        Input = networks[0].Input;
        (Multiplication, Precision) = (multiplication, precision);
        _networks = new PlanStep[networks.Count][];
        _firstOutput = new int[networks.Count];
        for (int i = 0; i < networks.Count; i++)
        {
            if (networks[i].Input != Input) Check.Fail(nameof(networks), $"one that takes {networks[i].Input}", $"expected {Input}, as the first one");
            if (networks[i].Output.IsComplex) Check.Fail(nameof(networks), $"one that gives {networks[i].Output}", "expected real channels: end the network with a head");
            _networks[i] = PlanCompiler.Compile(networks[i], new(multiplication, precision));
            _firstOutput[i] = OutputReals;
            OutputReals += networks[i].Output.Reals;
        }
        FlopsPerRow = networks.Sum(network => network.ForwardFlops);
        WidestReals = _networks.Max(steps => steps.Max(step => step.Output.Reals));
    }

    /// <summary>What a row of input holds.</summary>
    public Features Input { get; }

    /// <summary>Reals of output per row, those of all networks side by side.</summary>
    public int OutputReals { get; }

    /// <summary>
    /// How complex products are computed. Three multiplications (Gauss) take a quarter less work; relative to four, the error of a layer
    /// grows from about sqrt(k) to about 2 sqrt(k) units in the last place of |x||W|. Measured on the shipped model: <c>docs/results/multiplications.md</c>.
    /// </summary>
    public ComplexProductMode Multiplication { get; }

    /// <summary>
    /// How exactly complex weights are kept. With 16 bits a single row on one core takes half the time, because it does little but read weights, which
    /// then fit into a second-level cache; four rows gain a tenth, more nothing. Measured on the shipped model: <c>docs/results/multiplications.md</c>.
    /// </summary>
    public WeightPrecision Precision { get; }

    /// <summary>Floating-point operations per row, counted with four multiplications.</summary>
    public double FlopsPerRow { get; }

    internal int WidestReals { get; }

    /// <summary>Allocates what a caller needs.</summary>
    /// <param name="team">Threads that share the blocks; null for the caller alone. Not disposed with the workspace.</param>
    public InferenceWorkspace CreateWorkspace(WorkerTeam? team = null) => new(this, team ?? WorkerTeam.CallerOnly);

    /// <summary>Runs all networks over complex signals.</summary>
    /// <param name="signals">[rows, Input.Channels], row-major.</param>
    /// <param name="outputs">[rows, OutputReals], written; apart from the signals.</param>
    /// <param name="workspace">Made by this plan; one caller at a time.</param>
    /// <param name="cancellation">Heard between rounds of blocks.</param>
    /// <exception cref="ArgumentException">A length does not fit, the plan takes real input, or the workspace is another plan's.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; some outputs are written.</exception>
    public void Predict(ReadOnlySpan<ComplexF> signals, Span<float> outputs, InferenceWorkspace workspace, CancellationToken cancellation = default)
    {
        if (!Input.IsComplex) Check.Fail(nameof(signals), "complex", $"expected {Input}");
        Predict(MemoryMarshal.Cast<ComplexF, float>(signals), outputs, workspace, cancellation);
    }

    /// <summary>Runs all networks over rows of reals, complex numbers interleaved.</summary>
    /// <param name="x">[rows, Input.Reals].</param>
    /// <inheritdoc cref="Predict(ReadOnlySpan{ComplexF}, Span{float}, InferenceWorkspace, CancellationToken)"/>
    /// <param name="outputs">[rows, OutputReals], written; apart from x.</param>
    /// <param name="workspace">Made by this plan; one caller at a time.</param>
    /// <param name="cancellation">Heard between rounds of blocks.</param>
    public void Predict(ReadOnlySpan<float> x, Span<float> outputs, InferenceWorkspace workspace, CancellationToken cancellation = default)
    {
        int rows = x.Length / Input.Reals;
        workspace.CheckIsOf(this);
        Check.Length(x.Length, (long)rows * Input.Reals, nameof(x), "rows x input reals");
        Check.Length(outputs.Length, (long)rows * OutputReals, nameof(outputs), "rows x output reals");
        Check.Apart(x, outputs, nameof(x), nameof(outputs));
        int roundRows = workspace.RowsPerRound;
        for (int start = 0; start < rows; start += roundRows)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(roundRows, rows - start);
            DenseRows part = new()
            {
                Plan = this,
                X = x.Slice(start * Input.Reals, count * Input.Reals),
                Outputs = outputs.Slice(start * OutputReals, count * OutputReals),
            };
            RunBlocks(ref part, count, workspace);
        }
    }

    /// <summary>
    /// Runs all networks over signals of any layout and size, for example time-major as reconstructions have them, [pulse, z, y, x]. Rows are
    /// gathered while they are brought into the cache.
    /// </summary>
    /// <param name="signals">Input.Channels long along <paramref name="pulseAxis"/>; the other axes, in order, count the rows.</param>
    /// <param name="pulseAxis">The axis of a signal's samples.</param>
    /// <param name="outputs">[rows, OutputReals], dense, written.</param>
    /// <param name="workspace">Made by this plan; one caller at a time.</param>
    /// <param name="cancellation">Heard between rounds of blocks.</param>
    /// <exception cref="ArgumentException">A shape does not fit, or the plan takes real input.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; some outputs are written.</exception>
    public void Predict(
        in ReadOnlyTensorSpan<ComplexF> signals, int pulseAxis, in TensorSpan<float> outputs, InferenceWorkspace workspace, CancellationToken cancellation = default)
    {
        workspace.CheckIsOf(this);
        if (!Input.IsComplex) Check.Fail(nameof(signals), "complex", $"expected {Input}");
        StridedRows rows = new(signals, pulseAxis);
        Check.Length(rows.Samples, Input.Channels, nameof(signals), "channels along the pulse axis");
        if (outputs.Rank != 2 || outputs.Lengths[0] != rows.Count || outputs.Lengths[1] != OutputReals || !outputs.IsDense)
            Check.Fail(nameof(outputs), $"[{string.Join(", ", outputs.Lengths.ToArray())}]", $"expected a dense [{rows.Count}, {OutputReals}]");
        int roundRows = workspace.RowsPerRound;
        for (long start = 0; start < rows.Count; start += roundRows)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = (int)Math.Min(roundRows, rows.Count - start);
            GatheredRows part = new()
            {
                Plan = this,
                Source = rows,
                First = start,
                Outputs = MemoryMarshal.CreateSpan(ref outputs[(nint)start, 0], count * OutputReals),
            };
            RunBlocks(ref part, count, workspace);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PlanStep[] steps in _networks)
            foreach (PlanStep step in steps) step.Dispose();
    }

    private static void RunBlocks<TRows>(ref TRows rows, int count, InferenceWorkspace workspace) where TRows : struct, IRows, allows ref struct
    {
        int size = workspace.Team.Size;
        if (size > 1 && count < FewestRowsPerThread * size)
        {
            for (int start = 0; start < count; start += BlockRows)
                rows.Predict(start, Math.Min(BlockRows, count - start), workspace.Of(0), workspace.SharedGemm);
            return;
        }
        // As many for each thread, and of equal height: a low one at the end would pass by all weights for few rows.
        int blocks = Blocking.CeilingDivide(Blocking.CeilingDivide(count, BlockRows), size) * size;
        BlocksJob<TRows> job = new() { Rows = rows, Workspace = workspace, Count = count, BlockRows = Blocking.CeilingDivide(count, blocks) };
        workspace.Team.Run(ref job, Blocking.CeilingDivide(count, job.BlockRows));
    }

    private void PredictBlock(ReadOnlySpan<float> x, Span<float> outputs, int rows, InferenceWorkspace.Scratch scratch, GemmWorkspace<float> gemm)
    {
        // All layers from the same end, and from the other one next time.
        bool backward = gemm.Backward;
        for (int index = 0; index < _networks.Length; index++)
        {
            int i = backward ? _networks.Length - 1 - index : index;
            ReadOnlySpan<float> input = x;
            int turn = 0;
            foreach (PlanStep step in _networks[i])
            {
                gemm.Backward = backward;
                Span<float> output = scratch.Activations(turn, rows * step.Output.Reals);
                step.Run(rows, input, output, gemm);
                input = output;
                turn = 1 - turn;
            }
            int reals = input.Length / rows;
            for (int row = 0; row < rows; row++) input.Slice(row * reals, reals).CopyTo(outputs[(row * OutputReals + _firstOutput[i])..]);
        }
        gemm.Backward = !backward;
    }

    /// <summary>Rows of signals and outputs.</summary>
    private interface IRows
    {
        /// <summary>Predicts some of them.</summary>
        void Predict(int start, int count, InferenceWorkspace.Scratch scratch, GemmWorkspace<float> gemm);
    }

    private ref struct BlocksJob<TRows> : IParallelJob where TRows : struct, IRows, allows ref struct
    {
        public TRows Rows;
        public InferenceWorkspace Workspace;
        public int Count, BlockRows;

        public readonly void Execute(int part, int worker)
        {
            InferenceWorkspace.Scratch scratch = Workspace.Of(worker);
            Rows.Predict(part * BlockRows, Math.Min(BlockRows, Count - part * BlockRows), scratch, scratch.Gemm);
        }
    }

    private ref struct DenseRows : IRows
    {
        public InferencePlan Plan;
        public ReadOnlySpan<float> X;
        public Span<float> Outputs;

        public readonly void Predict(int start, int count, InferenceWorkspace.Scratch scratch, GemmWorkspace<float> gemm)
        {
            int inputs = Plan.Input.Reals, outputs = Plan.OutputReals;
            Plan.PredictBlock(X.Slice(start * inputs, count * inputs), Outputs.Slice(start * outputs, count * outputs), count, scratch, gemm);
        }
    }

    private ref struct GatheredRows : IRows
    {
        public InferencePlan Plan;
        public StridedRows Source;
        public long First;
        public Span<float> Outputs;

        public readonly void Predict(int start, int count, InferenceWorkspace.Scratch scratch, GemmWorkspace<float> gemm)
        {
            Span<float> gathered = scratch.Gathered(count * Plan.Input.Reals);
            Source.Gather(First + start, count, MemoryMarshal.Cast<float, ComplexF>(gathered));
            Plan.PredictBlock(gathered, Outputs.Slice(start * Plan.OutputReals, count * Plan.OutputReals), count, scratch, gemm);
        }
    }
}
