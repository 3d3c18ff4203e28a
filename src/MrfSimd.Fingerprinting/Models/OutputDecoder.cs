namespace MrfSimd.Fingerprinting;

/// <summary>The parameters of one voxel.</summary>
internal record struct TissueValues(double T1Seconds, double T2Seconds, double OffResonanceHz, double B1);

/// <summary>Reads the parameters off a row of a network's output: each output in turn, the later ones refining the earlier.</summary>
/// <param name="outputs">The outputs in order.</param>
internal sealed class OutputDecoder(IEnumerable<OutputEncoding> outputs)
{
    private readonly OutputEncoding[] _outputs = [.. outputs];

    /// <summary>Whether there is an output for a parameter.</summary>
    public bool Gives(TissueParameter parameter) => Array.Exists(_outputs, output => output.Parameter == parameter);

    /// <summary>Sets the parameters that the network estimates and leaves the others.</summary>
    public void Decode(ReadOnlySpan<float> row, ref TissueValues tissue)
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
                    tissue.T1Seconds = output.Decode(values, tissue.T1Seconds);
                    break;
                case TissueParameter.T2:
                    tissue.T2Seconds = output.Decode(values, tissue.T2Seconds);
                    break;
                case TissueParameter.B1:
                    tissue.B1 = output.Decode(values, tissue.B1);
                    break;
                default:
                    tissue.OffResonanceHz = b0 = output.Decode(values, b0);
                    break;
            }
        }
    }
}
