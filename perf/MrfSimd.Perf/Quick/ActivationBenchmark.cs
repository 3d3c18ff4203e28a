namespace MrfSimd.Perf;

/// <summary>An activation over arrays far larger than the caches, beside a plain copy of the same bytes; an item is a complex number.</summary>
internal sealed class ActivationBenchmark<TActivation>(bool backward) : IQuickBenchmark where TActivation : struct, IComplexActivation
{
    // 64 MB each.
    private const int Count = 8 << 20;

    private readonly ComplexF[] _z = Operands.Complex(Count), _g = backward ? Operands.Complex(Count) : [], _result = new ComplexF[Count];

    public static string NameOf(bool backward) => $"activation/{TActivation.Name}-{(backward ? "backward" : "forward")}";

    public string Name => NameOf(backward);

    public double Flops => (double)Count * (backward ? TActivation.BackwardFlops : TActivation.ForwardFlops);

    public double Items => Count;

    // Backward reads two arrays and writes one, half as much again as a copy.
    public IEnumerable<(string Name, Action Run)> Peers =>
        backward
            ? [("copy-1.5x", () => { _z.CopyTo(_result, 0); _g.AsSpan(0, Count / 2).CopyTo(_result); })]
            : [("copy", () => _z.CopyTo(_result, 0))];

    public void Run()
    {
        if (backward) ComplexActivation.Backward<TActivation>(_z, Count, [], _g, _result, []);
        else ComplexActivation.Forward<TActivation>(_z, Count, [], _result);
    }

    public void Dispose()
    {
    }
}
