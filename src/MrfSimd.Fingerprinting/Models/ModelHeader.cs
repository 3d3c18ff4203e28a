using MrfSimd.Networks;

namespace MrfSimd.Fingerprinting;

/// <summary>What a model file says of one network.</summary>
/// <param name="Name">Prefix of its tensors.</param>
/// <param name="Spec">The architecture.</param>
/// <param name="Outputs">The outputs in order.</param>
public sealed record NetworkHeader(string Name, NetworkSpec Spec, IReadOnlyList<OutputEncoding> Outputs);

/// <summary>What a model file says of the sequence beside the four lists of numbers, which are tensors.</summary>
internal sealed record SequenceHeader(
    string Name, SequenceKind Kind, double InversionEfficiency, double InversionTimeSeconds, RelaxationOrder RelaxationOrder, bool Demodulated, string Hash);

/// <summary>How a model came about.</summary>
/// <param name="Command">The command line that makes it.</param>
/// <param name="Seed">Of everything random.</param>
/// <param name="Samples">Training samples of all networks.</param>
/// <param name="Version">Version of the program.</param>
public sealed record ModelProvenance(string Command, ulong Seed, long Samples, string Version);

/// <summary>What must be said of networks that were trained elsewhere.</summary>
/// <param name="Networks">The networks.</param>
/// <param name="Phase">What they take the global phase of a signal to be.</param>
internal sealed record ModelDescription(IReadOnlyList<NetworkHeader> Networks, SignalPhase Phase = SignalPhase.Simulated);

/// <summary>The part of a model file that is not tensors.</summary>
internal sealed record ModelHeader(IReadOnlyList<NetworkHeader> Networks, SequenceHeader Sequence, ModelProvenance Provenance)
{
    /// <summary>What the networks take the global phase of a signal to be.</summary>
    public SignalPhase Phase { get; init; }
}
