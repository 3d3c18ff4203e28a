namespace MrfSimd.Perf;

/// <summary>Simulations as C# has them without this library.</summary>
internal static class BlochPeers
{
    // A sample of the plain loops.
    private const int SampledIsochromats = 16, SampledGraphs = 4;

    public static IEnumerable<Peer> Isochromats(BlochOutput output, PulseSequence sequence, float[] t1, float[] t2, float[] offResonance)
    {
        int voxels = t1.Length;
        if (output == BlochOutput.Tangents)
        {
            ComplexF[] tangents = new ComplexF[4 * voxels * sequence.Count];
            yield return Peer.PerItem(PeerNames.NaiveCSharp, voxels, SampledIsochromats,
                count => NaiveBloch.PropagateTangents(sequence, count, t1, t2, offResonance, tangents));
            yield break;
        }
        ComplexF[] signals = new ComplexF[voxels * sequence.Count];
        yield return Peer.PerItem(PeerNames.NaiveCSharp, voxels, SampledIsochromats,
            count => NaiveBloch.Propagate(sequence, count, t1, t2, offResonance, signals));
        if (output != BlochOutput.Tile) yield break;
        TensorBloch tensors = new(sequence, t1, t2, offResonance);
        float[] tile = new float[2 * voxels * sequence.Count];
        yield return new(PeerNames.Tensors, () => tensors.Propagate(tile));
    }

    public static IEnumerable<Peer> PhaseGraphs(BlochOutput output, PulseSequence sequence, int states, float[] t1, float[] t2, float[] offResonance)
    {
        int voxels = t1.Length, quantities = output == BlochOutput.Tangents ? 4 : 1;
        NaiveEpg naive = new(sequence, states, withTangents: output == BlochOutput.Tangents);
        ComplexF[] signals = new ComplexF[quantities * voxels * sequence.Count];
        yield return Peer.PerItem(PeerNames.NaiveCSharp, voxels, SampledGraphs, count => naive.Propagate(count, t1, t2, offResonance, signals));
        if (output != BlochOutput.Tile) yield break;
        TensorEpg tensors = new(sequence, states, t1, t2, offResonance);
        float[] tile = new float[2 * voxels * sequence.Count];
        yield return new(PeerNames.Tensors, () => tensors.Propagate(tile));
    }
}
