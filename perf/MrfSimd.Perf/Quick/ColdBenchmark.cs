namespace MrfSimd.Perf;

/// <summary>A benchmark whose operands lie in memory at each call: the caches are flushed before. <c>quick</c> alone measures it.</summary>
/// <param name="warm">The same, warm; disposed with this one.</param>
internal sealed class ColdBenchmark(IQuickBenchmark warm) : IQuickBenchmark
{
    private const string Suffix = "/cold";

    public static string NameOf(string warmName) => warmName + Suffix;

    /// <summary>Whether a name is that of such a benchmark.</summary>
    public static bool IsColdName(string name) => name.EndsWith(Suffix, StringComparison.Ordinal);

    public string Name => NameOf(warm.Name);

    public double Flops => warm.Flops;

    public double Bytes => warm.Bytes;

    public double Items => warm.Items;

    public bool IsCold => true;

    public IEnumerable<Peer> Peers => warm.Peers.Where(peer => peer.Share == 1);

    public void Run() => warm.Run();

    public void Dispose() => warm.Dispose();
}
