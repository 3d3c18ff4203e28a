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
/// bits of <see cref="Network{TReal}.Forward"/> for networks without batch norm; with three it differs by rounding, see <see cref="Multiplication"/>.
/// </remarks>
public sealed class InferencePlan : IDisposable
{
    /// <summary>Rows of a block: with 500 inputs and 512 channels about 1 MB of activations; a multiple of the micro-kernel's six rows.</summary>
    internal const int BlockRows = 96;

    private readonly PlanStep[][] _networks;
    private readonly int[] _firstOutput;

    /// <summary>Compiles networks that take the same input.</summary>
    /// <param name="networks">In evaluation mode; they may be disposed afterwards.</param>
    /// <param name="multiplication">How complex products are computed.</param>
    /// <exception cref="ArgumentException">No network, inputs that differ, or an output that is complex.</exception>
    public InferencePlan(IReadOnlyList<Network<float>> networks, ComplexProductMode multiplication = ComplexProductMode.FourMultiplications)
    {
        Check.Positive(networks.Count);
        Input = networks[0].Input;
        Multiplication = multiplication;
        _networks = new PlanStep[networks.Count][];
        _firstOutput = new int[networks.Count];
        for (int i = 0; i < networks.Count; i++)
        {
            if (networks[i].Input != Input) Check.Fail(nameof(networks), $"one that takes {networks[i].Input}", $"expected {Input}, as the first one");
            if (networks[i].Output.IsComplex) Check.Fail(nameof(networks), $"one that gives {networks[i].Output}", "expected real channels: end the network with a head");
            _networks[i] = PlanCompiler.Compile(networks[i], multiplication);
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
            BlocksJob job = new()
            {
                Plan = this,
                Workspace = workspace,
                X = x.Slice(start * Input.Reals, count * Input.Reals),
                Outputs = outputs.Slice(start * OutputReals, count * OutputReals),
                Rows = count,
            };
            workspace.Team.Run(ref job, (count + BlockRows - 1) / BlockRows);
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
            StridedJob job = new()
            {
                Plan = this,
                Workspace = workspace,
                Source = rows,
                First = start,
                Outputs = MemoryMarshal.CreateSpan(ref outputs[(nint)start, 0], count * OutputReals),
                Rows = count,
            };
            workspace.Team.Run(ref job, (count + BlockRows - 1) / BlockRows);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PlanStep[] steps in _networks)
            foreach (PlanStep step in steps) step.Dispose();
    }

    private void PredictBlock(ReadOnlySpan<float> x, Span<float> outputs, int rows, InferenceWorkspace.Scratch scratch)
    {
        for (int i = 0; i < _networks.Length; i++)
        {
            ReadOnlySpan<float> input = x;
            int turn = 0;
            foreach (PlanStep step in _networks[i])
            {
                Span<float> output = scratch.Activations(turn, rows * step.Output.Reals);
                step.Run(rows, input, output, scratch.Gemm);
                input = output;
                turn = 1 - turn;
            }
            int reals = input.Length / rows;
            for (int row = 0; row < rows; row++) input.Slice(row * reals, reals).CopyTo(outputs[(row * OutputReals + _firstOutput[i])..]);
        }
    }

    private ref struct BlocksJob : IParallelJob
    {
        public InferencePlan Plan;
        public InferenceWorkspace Workspace;
        public ReadOnlySpan<float> X;
        public Span<float> Outputs;
        public int Rows;

        public readonly void Execute(int part, int worker)
        {
            int start = part * BlockRows, rows = Math.Min(BlockRows, Rows - start), inputs = Plan.Input.Reals;
            Plan.PredictBlock(
                X.Slice(start * inputs, rows * inputs), Outputs.Slice(start * Plan.OutputReals, rows * Plan.OutputReals), rows, Workspace.Of(worker));
        }
    }

    private ref struct StridedJob : IParallelJob
    {
        public InferencePlan Plan;
        public InferenceWorkspace Workspace;
        public StridedRows Source;
        public long First;
        public Span<float> Outputs;
        public int Rows;

        public readonly void Execute(int part, int worker)
        {
            int start = part * BlockRows, rows = Math.Min(BlockRows, Rows - start);
            InferenceWorkspace.Scratch scratch = Workspace.Of(worker);
            Span<float> gathered = scratch.Gathered(rows * Plan.Input.Reals);
            Source.Gather(First + start, rows, MemoryMarshal.Cast<float, ComplexF>(gathered));
            Plan.PredictBlock(gathered, Outputs.Slice(start * Plan.OutputReals, rows * Plan.OutputReals), rows, scratch);
        }
    }
}
