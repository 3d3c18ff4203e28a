namespace MrfSimd.Networks;

/// <summary>What one caller of an <see cref="InferencePlan"/> needs: a team and scratch memory for each of its threads, allocated once.</summary>
public sealed class InferenceWorkspace : IDisposable
{
    // Blocks per thread between two looks at the cancellation token: some tens of milliseconds of work.
    private const int BlocksPerRound = 8;

    private readonly InferencePlan _plan;
    private readonly Scratch[] _scratch;

    internal InferenceWorkspace(InferencePlan plan, WorkerTeam team)
    {
        _plan = plan;
        Team = team;
        _scratch = [.. Enumerable.Range(0, team.Size).Select(_ => new Scratch(plan))];
        SharedGemm = team.Size == 1 ? _scratch[0].Gemm : new(team);
    }

    /// <summary>The threads.</summary>
    public WorkerTeam Team { get; }

    /// <summary>For products that the whole team shares.</summary>
    internal GemmWorkspace<float> SharedGemm { get; }

    internal int RowsPerRound => InferencePlan.BlockRows * BlocksPerRound * Team.Size;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Scratch scratch in _scratch) scratch.Dispose();
        SharedGemm.Dispose();
    }

    internal void CheckIsOf(InferencePlan plan)
    {
        if (!ReferenceEquals(plan, _plan)) throw new ArgumentException("workspace was made by another plan: call CreateWorkspace of this one.", "workspace");
    }

    internal Scratch Of(int worker) => _scratch[worker];

    /// <summary>Memory of one thread.</summary>
    internal sealed class Scratch(InferencePlan plan) : IDisposable
    {
        private readonly AlignedBuffer<float> _gathered = new((long)InferencePlan.BlockRows * plan.Input.Reals);
        private readonly AlignedBuffer<float> _even = new((long)InferencePlan.BlockRows * plan.WidestReals);
        private readonly AlignedBuffer<float> _odd = new((long)InferencePlan.BlockRows * plan.WidestReals);

        public GemmWorkspace<float> Gemm { get; } = new(WorkerTeam.CallerOnly);

        public Span<float> Gathered(int length) => _gathered.Slice(0, length);

        /// <summary>Layers write and read two buffers in turn.</summary>
        public Span<float> Activations(int turn, int length) => (turn == 0 ? _even : _odd).Slice(0, length);

        public void Dispose()
        {
            _gathered.Dispose();
            _even.Dispose();
            _odd.Dispose();
            Gemm.Dispose();
        }
    }
}
