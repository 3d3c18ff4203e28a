using System.Runtime.InteropServices;
using MrfSimd.Fingerprinting;
using MrfSimd.Networks;

namespace MrfSimd.Perf;

/// <summary>The rounding of a model's plan over the voxels of a scan.</summary>
internal sealed class RoundingTrial
{
    private const int Batch = 512;

    /// <summary>How the plan computes complex products.</summary>
    public required ComplexProductMode Mode { get; init; }

    /// <summary>How exactly it keeps complex weights.</summary>
    public required WeightPrecision Precision { get; init; }

    /// <summary>
    /// Of each network: the norm of the errors of all outputs over the outputs' norm, and the largest of a voxel over the root mean square.
    /// </summary>
    public required IReadOnlyList<(double Normwise, double Largest)> Outputs { get; init; }

    /// <summary>Of T1 and T2 in milliseconds and off-resonance in hertz.</summary>
    public required IReadOnlyList<(double Rms, double Largest)> Parameters { get; init; }

    /// <summary>Root mean square errors of the plan against the truth, in the same units.</summary>
    public required IReadOnlyList<double> AgainstTruth { get; init; }

    /// <summary>Runs the plan, and the same networks in double precision.</summary>
    public static RoundingTrial Run(FingerprintModel model, TestScan scan, ComplexProductMode mode, WeightPrecision precision, WorkerTeam team)
    {
        int pulses = model.Sequence.Count, voxels = scan.Truth.Count;
        ComplexF[] scaled = new ComplexF[scan.Signals.Length];
        for (int v = 0; v < voxels; v++)
            SignalScaling.Normalise(scan.Signals.AsSpan(v * pulses, pulses), model.Phase, pulses, scaled.AsSpan(v * pulses, pulses));
        using InferencePlan plan = new(model.Networks, mode, precision);
        using InferenceWorkspace workspace = plan.CreateWorkspace(team);
        float[] outputs = new float[voxels * plan.OutputReals];
        plan.Predict(scaled, outputs, workspace);
        double[] exact = InDouble(model, scaled, voxels, team);
        OutputDecoder decoder = new(model.Headers.SelectMany(header => header.Outputs));
        double[][] found = Decode(decoder, outputs, voxels), right = Decode(decoder, Array.ConvertAll(exact, y => (float)y), voxels);
        double[][] truth =
        [
            Array.ConvertAll(scan.Truth.T1, t => 1e3 * t), Array.ConvertAll(scan.Truth.T2, t => 1e3 * t),
            Array.ConvertAll(scan.Truth.OffResonance, f => (double)f),
        ];
        return new()
        {
            Mode = mode,
            Precision = precision,
            Outputs = [.. OutputErrors(model, outputs, exact, voxels)],
            Parameters = [.. found.Zip(right, Errors)],
            AgainstTruth = [.. found.Zip(truth, (estimates, values) => Errors(estimates, values).Rms)],
        };
    }

    /// <summary>[voxel, output of all networks].</summary>
    private static double[] InDouble(FingerprintModel model, ComplexF[] scaled, int voxels, WorkerTeam team)
    {
        int total = model.Networks.Sum(network => network.Output.Reals), first = 0, inputs = 2 * model.Sequence.Count;
        double[] outputs = new double[voxels * total];
        double[] x = Array.ConvertAll(MemoryMarshal.Cast<ComplexF, float>(scaled).ToArray(), value => (double)value);
        foreach (Network<float> network in model.Networks)
        {
            using Network<double> twin = new(network.Spec);
            Widen(network.Parameters, twin.Parameters);
            Widen(network.Statistics, twin.Statistics);
            using NetworkWorkspace<double> workspace = new(twin, Batch, team);
            int reals = network.Output.Reals;
            for (int start = 0; start < voxels; start += Batch)
            {
                int rows = Math.Min(Batch, voxels - start);
                ReadOnlySpan<double> y = twin.Forward(x.AsSpan(start * inputs, rows * inputs), rows, workspace);
                for (int row = 0; row < rows; row++) y.Slice(row * reals, reals).CopyTo(outputs.AsSpan((start + row) * total + first));
            }
            first += reals;
        }
        return outputs;
    }

    private static void Widen(ReadOnlySpan<float> values, Span<double> wide)
    {
        for (int i = 0; i < values.Length; i++) wide[i] = values[i];
    }

    private static IEnumerable<(double Normwise, double Largest)> OutputErrors(FingerprintModel model, float[] outputs, double[] exact, int voxels)
    {
        int total = outputs.Length / voxels, first = 0;
        foreach (Network<float> network in model.Networks)
        {
            double squares = 0, errors = 0, largest = 0;
            for (int v = 0; v < voxels; v++)
            {
                double own = 0;
                for (int i = v * total + first; i < v * total + first + network.Output.Reals; i++)
                {
                    squares += exact[i] * exact[i];
                    own += (outputs[i] - exact[i]) * (outputs[i] - exact[i]);
                }
                errors += own;
                largest = Math.Max(largest, own);
            }
            yield return (Math.Sqrt(errors / squares), Math.Sqrt(largest / (squares / voxels)));
            first += network.Output.Reals;
        }
    }

    /// <summary>T1 and T2 in milliseconds and off-resonance in hertz, [parameter][voxel].</summary>
    private static double[][] Decode(OutputDecoder decoder, float[] outputs, int voxels)
    {
        double[][] parameters = [new double[voxels], new double[voxels], new double[voxels]];
        int total = outputs.Length / voxels;
        for (int v = 0; v < voxels; v++)
        {
            TissueValues tissue = default;
            decoder.Decode(outputs.AsSpan(v * total, total), ref tissue);
            (parameters[0][v], parameters[1][v], parameters[2][v]) = (1e3 * tissue.T1Seconds, 1e3 * tissue.T2Seconds, tissue.OffResonanceHz);
        }
        return parameters;
    }

    private static (double Rms, double Largest) Errors(double[] values, double[] right)
    {
        double squares = 0, largest = 0;
        for (int i = 0; i < values.Length; i++)
        {
            double error = Math.Abs(values[i] - right[i]);
            squares += error * error;
            largest = Math.Max(largest, error);
        }
        return (Math.Sqrt(squares / values.Length), largest);
    }
}
