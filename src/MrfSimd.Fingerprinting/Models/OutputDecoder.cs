namespace MrfSimd.Fingerprinting;

/// <summary>Reads the parameters off a row of a network's output: each output in turn, the later ones refining the earlier.</summary>
/// <param name="outputs">The outputs in order.</param>
internal sealed class OutputDecoder(IEnumerable<OutputEncoding> outputs)
{
    private readonly OutputEncoding[] _outputs = [.. outputs];

    /// <summary>Sets the parameters that the network estimates and leaves the others.</summary>
    public void Decode(ReadOnlySpan<float> row, ref double t1Seconds, ref double t2Seconds, ref double offResonanceHz)
    {
        double b0 = 0;
        int position = 0;
        foreach (OutputEncoding output in _outputs)
        {
            ReadOnlySpan<float> values = row.Slice(position, output.Reals);
            position += output.Reals;
            switch (output.Parameter)
            {
                case TissueParameter.T1:
                    t1Seconds = output.Decode(values, t1Seconds);
                    break;
                case TissueParameter.T2:
                    t2Seconds = output.Decode(values, t2Seconds);
                    break;
                default:
                    offResonanceHz = b0 = output.Decode(values, b0);
                    break;
            }
        }
    }
}
