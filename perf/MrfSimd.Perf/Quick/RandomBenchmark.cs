namespace MrfSimd.Perf;

/// <summary>Normal numbers into a buffer of 128 KB, as the noise of a block of signals; an item is a number.</summary>
internal sealed class RandomBenchmark : IQuickBenchmark
{
    public const string StableName = "random/normals";

    private const int Count = 32 << 10;

    private readonly float[] _numbers = new float[Count];
    private ulong _index;

    public string Name => StableName;

    public double Flops => Count / 4 * FlopCount.FourNormals;

    public double Bytes => 4.0 * Count;

    public double Items => Count;

    public IEnumerable<Peer> Peers => RandomPeers.Normals(_numbers);

    public void Run() => new CounterRandom(seed: 1).Normals(_index++, _numbers);

    public void Dispose()
    {
    }
}
