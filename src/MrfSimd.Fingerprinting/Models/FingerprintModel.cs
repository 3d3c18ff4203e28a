using System.Runtime.InteropServices;
using System.Text.Json;
using MrfSimd.IO;
using MrfSimd.Networks;

namespace MrfSimd.Fingerprinting;

/// <summary>
/// A trained estimator as a file keeps it: one or more networks that see the same signal, what their outputs stand for, the sequence they
/// were trained for, and how they came about. One safetensors file.
/// </summary>
public sealed class FingerprintModel : IDisposable
{
    private const string FormatKey = "format", FormatName = "mrfsimd-model-1", HeaderKey = "model";
    /// <summary>The model that ships with the tool, beside its assembly.</summary>
    private const string Shipped = "models/cardioid-ir-bssfp.safetensors";

    private const string FlipAngles = "sequence.flip_angles_rad", Phases = "sequence.phases_rad",
        RepetitionTimes = "sequence.repetition_times_s", EchoTimes = "sequence.echo_times_s", BasisVectors = "basis.vectors";

    /// <summary>Puts a model together; it owns the networks and the basis from then on.</summary>
    /// <exception cref="ArgumentException">A network does not take the sequence's signals, or their coefficients, or does not give the outputs described.</exception>
    public FingerprintModel(
        PulseSequence sequence, IReadOnlyList<NetworkHeader> headers, IReadOnlyList<Network<float>> networks, ModelProvenance provenance,
        SignalPhase phase = SignalPhase.Simulated, SignalBasis? basis = null)
    {
        Check.Length(networks.Count, headers.Count, nameof(networks), "one per header");
        if (basis is not null) Check.Length(basis.SignalLength, sequence.Count, nameof(basis), "the pulses of the sequence");
        int channels = basis?.Rank ?? sequence.Count;
        for (int i = 0; i < networks.Count; i++)
        {
            if (networks[i].Input != Features.Complex(channels))
            {
                Check.Fail(
                    nameof(networks), $"for {networks[i].Input} in '{headers[i].Name}'",
                    $"expected {channels} complex channels, the {(basis is null ? "pulses of the sequence" : "rank of the basis")}");
            }
            int reals = headers[i].Outputs.Sum(output => output.Reals);
            if (networks[i].Output != Features.Real(reals))
                Check.Fail(nameof(networks), $"one with {networks[i].Output} in '{headers[i].Name}'", $"expected {reals} real channels, as its outputs say");
        }
        Sequence = sequence;
        Headers = headers;
        Networks = networks;
        Provenance = provenance;
        Phase = phase;
        Basis = basis;
    }

    /// <summary>The sequence that the networks were trained for.</summary>
    public PulseSequence Sequence { get; }

    /// <summary>What the networks are, in order.</summary>
    public IReadOnlyList<NetworkHeader> Headers { get; }

    /// <summary>The networks.</summary>
    public IReadOnlyList<Network<float>> Networks { get; }

    /// <summary>How the model came about.</summary>
    public ModelProvenance Provenance { get; }

    /// <summary>What the networks take the global phase of a signal to be; <see cref="NetworkMapper"/> turns signals accordingly.</summary>
    public SignalPhase Phase { get; }

    /// <summary>The basis whose coefficients the networks are given in place of a signal's samples; null for none.</summary>
    public SignalBasis? Basis { get; }

    /// <summary>Whether the networks estimate the transmit field.</summary>
    public bool EstimatesB1 => new OutputDecoder(Headers.SelectMany(header => header.Outputs)).Gives(TissueParameter.B1);

    /// <summary>Floating-point operations of all networks per voxel, those of the compression among them.</summary>
    public double FlopsPerVoxel => Networks.Sum(network => network.ForwardFlops) + (Basis?.FlopsPerSignal ?? 0);

    /// <summary>Refuses data of another sequence.</summary>
    /// <exception cref="ArgumentException">The sequences differ; the message names both.</exception>
    public void CheckSequence(PulseSequence sequence) => CheckSequence(sequence, Sequence);

    internal static void CheckSequence(PulseSequence sequence, PulseSequence trained)
    {
        if (!sequence.Equals(trained)) Check.Fail(nameof(sequence), Describe(sequence), $"expected the one that the model was trained for, {Describe(trained)}");
    }

    /// <summary>Reads a model file.</summary>
    /// <exception cref="DataFormatException">It is not a model file, or damaged; the message names the file and the field.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static FingerprintModel Read(string path) => Read(SafetensorsFile.Read(path));

    /// <summary>Reads a model from a stream; <paramref name="name"/> stands for the file in messages.</summary>
    public static FingerprintModel Read(Stream stream, string name) => Read(SafetensorsFile.Read(stream, name));

    /// <summary>Makes a model of networks that were trained elsewhere; <c>docs/models.md</c> describes the tensors and the description.</summary>
    /// <param name="tensors">The networks' tensors, as <see cref="NetworkTensors"/> reads them.</param>
    /// <param name="description">JSON: the networks and what they take the signals' phase to be.</param>
    /// <param name="name">What to call the description in messages.</param>
    /// <param name="sequence">The sequence that the networks were trained for.</param>
    /// <param name="provenance">How the model came about.</param>
    /// <exception cref="DataFormatException">The description makes no sense, or the tensors do not fit it; the message names the file and the tensor.</exception>
    public static FingerprintModel Import(SafetensorsFile tensors, string description, string name, PulseSequence sequence, ModelProvenance provenance)
    {
        try
        {
            ModelDescription parsed = JsonSerializer.Deserialize(description, FingerprintingJson.Default.ModelDescription)
                ?? throw new JsonException("the description is null");
            return Build(tensors, sequence, parsed.Networks, provenance, parsed.Phase);
        }
        catch (Exception error) when (IsOfTheDescription(error))
        {
            throw new DataFormatException(name, "description", error.Message, "networks that take the sequence's signals", inner: error);
        }
    }

    /// <summary>Reads the model that ships with the tool.</summary>
    /// <exception cref="FileNotFoundException">It is not beside the program.</exception>
    public static FingerprintModel ReadShipped()
    {
        string path = Path.Combine(AppContext.BaseDirectory, Shipped);
        if (!File.Exists(path)) throw new FileNotFoundException($"{path} is missing: the shipped model is copied beside the program when it is built.", path);
        return Read(path);
    }

    /// <summary>Writes the model file, whole or not at all.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string path)
    {
        SafetensorsWriter writer = new();
        SequenceHeader sequence = new(
            Sequence.Name, Sequence.Kind, Sequence.InversionEfficiency, Sequence.InversionTime, Sequence.RelaxationOrder, Sequence.Demodulated, Sequence.Hash);
        writer.AddMetadata(FormatKey, FormatName);
        writer.AddMetadata(HeaderKey, JsonSerializer.Serialize(new ModelHeader(Headers, sequence, Provenance) { Phase = Phase }, FingerprintingJson.Default.ModelHeader));
        writer.Add(FlipAngles, DataArray.Of(Sequence.FlipAngles.ToArray(), Sequence.Count));
        writer.Add(Phases, DataArray.Of(Sequence.Phases.ToArray(), Sequence.Count));
        writer.Add(RepetitionTimes, DataArray.Of(Sequence.RepetitionTimes.ToArray(), Sequence.Count));
        writer.Add(EchoTimes, DataArray.Of(Sequence.EchoTimes.ToArray(), Sequence.Count));
        if (Basis is { } basis) writer.Add(BasisVectors, DataArray.Of(MemoryMarshal.Cast<ComplexF, float>(basis.Vectors).ToArray(), basis.Rank, Sequence.Count, 2));
        for (int i = 0; i < Networks.Count; i++) NetworkTensors.Add(writer, Headers[i].Name, Networks[i]);
        writer.Write(path);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Network<float> network in Networks) network.Dispose();
        Basis?.Dispose();
    }

    private static string Describe(PulseSequence sequence) => $"'{sequence.Name}' ({sequence.Count} pulses, hash {sequence.Hash[..12]})";

    private static FingerprintModel Read(SafetensorsFile file)
    {
        if (!file.Metadata.TryGetValue(FormatKey, out string? format) || format != FormatName)
            throw new DataFormatException(file.FileName, $"metadata '{FormatKey}'", format ?? "missing", $"'{FormatName}': is this a model file?");
        if (!file.Metadata.TryGetValue(HeaderKey, out string? json))
            throw new DataFormatException(file.FileName, $"metadata '{HeaderKey}'", "missing", "the description of the networks");
        try
        {
            ModelHeader header = JsonSerializer.Deserialize(json, FingerprintingJson.Default.ModelHeader)
                ?? throw new JsonException("the description is null");
            PulseSequence sequence = ReadSequence(file, header.Sequence);
            return Build(file, sequence, header.Networks, header.Provenance, header.Phase, ReadBasis(file, sequence.Count));
        }
        catch (Exception error) when (IsOfTheDescription(error))
        {
            throw new DataFormatException(file.FileName, $"metadata '{HeaderKey}'", error.Message, "the description of a model", inner: error);
        }
    }

    private static FingerprintModel Build(
        SafetensorsFile file, PulseSequence sequence, IReadOnlyList<NetworkHeader> headers, ModelProvenance provenance, SignalPhase phase,
        SignalBasis? basis = null)
    {
        List<Network<float>> networks = [];
        try
        {
            foreach (NetworkHeader header in headers) networks.Add(NetworkTensors.Read(file, header.Name, header.Spec));
            return new FingerprintModel(sequence, headers, networks, provenance, phase, basis);
        }
        catch
        {
            networks.ForEach(network => network.Dispose());
            basis?.Dispose();
            throw;
        }
    }

    private static SignalBasis? ReadBasis(SafetensorsFile file, int pulses)
    {
        if (!file.Tensors.TryGetValue(BasisVectors, out DataArray? vectors)) return null;
        float[] reals = file.Get<float>(BasisVectors, vectors.Shape.Length == 3 ? vectors.Shape[0] : 0, pulses, 2);
        foreach (float value in reals)
            if (!float.IsFinite(value)) throw new DataFormatException(file.FileName, $"tensor '{BasisVectors}'", value.ToString(), "finite numbers");
        return new SignalBasis(MemoryMarshal.Cast<float, ComplexF>(reals), pulses);
    }

    /// <summary>What a description that parses but makes no sense leads to.</summary>
    private static bool IsOfTheDescription(Exception error) =>
        error is JsonException or ArgumentException or NullReferenceException or OverflowException or OutOfMemoryException;

    private static PulseSequence ReadSequence(SafetensorsFile file, SequenceHeader header)
    {
        int pulses = file.Tensors.TryGetValue(FlipAngles, out DataArray? flipAngles) && flipAngles.Shape.Length == 1 ? (int)flipAngles.Shape[0] : 0;
        PulseSequence sequence = new(
            header.Name, header.Kind, file.Get<double>(FlipAngles, pulses), file.Get<double>(Phases, pulses),
            file.Get<double>(RepetitionTimes, pulses), file.Get<double>(EchoTimes, pulses))
        {
            InversionEfficiency = header.InversionEfficiency,
            InversionTime = header.InversionTimeSeconds,
            RelaxationOrder = header.RelaxationOrder,
            Demodulated = header.Demodulated,
        };
        if (sequence.Hash != header.Hash)
            throw new DataFormatException(file.FileName, "the sequence's hash", sequence.Hash, header.Hash);
        return sequence;
    }
}
