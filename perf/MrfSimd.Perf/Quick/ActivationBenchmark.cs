namespace MrfSimd.Perf;

/// <summary>Where the arrays of an activation lie.</summary>
internal enum ActivationPlace
{
    /// <summary>Arrays of 64 MB, beside a plain copy of the same bytes.</summary>
    Memory,

    /// <summary>Arrays of 64 KB, in the second-level cache.</summary>
    Cache,
}

/// <summary>An activation over arrays; an item is a complex number.</summary>
internal sealed class ActivationBenchmark<TActivation>(bool backward, ActivationPlace place) : IQuickBenchmark
    where TActivation : struct, IComplexActivation
{
    private readonly int _count = CountOf(place);
    private readonly ComplexF[] _z = Operands.Complex(CountOf(place)), _result = new ComplexF[CountOf(place)];
    private readonly ComplexF[] _g = backward ? Operands.Complex(CountOf(place)) : [];

    public static string NameOf(bool backward, ActivationPlace place) =>
        $"activation{(place == ActivationPlace.Cache ? "-cached" : "")}/{TActivation.Name}-{(backward ? "backward" : "forward")}";

    public string Name => NameOf(backward, place);

    public double Flops => (double)_count * (backward ? TActivation.BackwardFlops : TActivation.ForwardFlops);

    public double Bytes => 8.0 * (_z.Length + _g.Length + _result.Length);

    public double Items => _count;

    // In memory what counts is a copy of the same bytes: backward reads two arrays and writes one, half as much again.
    public IEnumerable<Peer> Peers =>
        place == ActivationPlace.Cache
            ? backward ? ActivationPeers.Backward<TActivation>(_z, _g, _result) : ActivationPeers.Forward<TActivation>(_z, _result)
        : backward ? [new("copy-1.5x", () => { _z.CopyTo(_result, 0); _g.AsSpan(0, _count / 2).CopyTo(_result); })]
        : [new("copy", () => _z.CopyTo(_result, 0))];

    public void Run()
    {
        if (backward) ComplexActivation.Backward<TActivation>(_z, _count, [], _g, _result, []);
        else ComplexActivation.Forward<TActivation>(_z, _count, [], _result);
    }

    public void Dispose()
    {
    }

    private static int CountOf(ActivationPlace place) => place == ActivationPlace.Memory ? 8 << 20 : 8 << 10;
}
