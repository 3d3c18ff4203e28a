namespace MrfSimd.Networks;

public static partial class GradientCheck
{
    // Scales and statistics as they start; weights are those of StartingPoint, a tenth of a normal number: with larger ones the steps along a direction cross
    // the quadrants' borders of a network of zReLUs, where it jumps.
    private static readonly Initialiser s_scalesAlone = new() { Gain = 0 };

    /// <summary>
    /// Checks the backward step of a layer, the user's own included: the gradients by its parameters and by its input, at random parameters and
    /// input.
    /// </summary>
    /// <param name="subject">Name in the report.</param>
    /// <param name="layer">The layer, in double precision.</param>
    /// <param name="rows">Rows of the batch; batch norm needs a few.</param>
    /// <param name="training">Training or evaluation mode.</param>
    /// <param name="options">Null for the defaults.</param>
    public static GradientCheckResult Layer(string subject, Layer<double> layer, int rows = 5, bool training = true, GradientCheckOptions? options = null)
    {
        Check.Positive(rows);
        options ??= new();
        int parameters = layer.Parameters.Sum(shape => shape.Reals), inputs = rows * layer.Input.Reals, outputs = rows * layer.Output.Reals;
        double[] statistics = new double[layer.Statistics.Sum(shape => shape.Reals)], start = new double[parameters], scratch = new double[statistics.Length];
        layer.Initialise(start, statistics, s_scalesAlone, new CounterRandom(options.Seed, stream: 5));
        double[] saved = new double[layer.SavedReals(rows)], y = new double[outputs];
        using GemmWorkspace<double> gemm = new(WorkerTeam.CallerOnly);
        return Backward(subject, Forward, Product, StartingPoint(start, inputs, options), [.. Segments(layer.Parameters), new("input", inputs, layer.Input.IsComplex)],
            [new("output", outputs, layer.Output.IsComplex)], options);

        LayerPass<double> Pass(ReadOnlySpan<double> at)
        {
            // Every call sees the same running statistics, whatever training passes made of them.
            statistics.CopyTo(scratch, 0);
            return new() { Rows = rows, Parameters = at[..parameters], Statistics = scratch, Saved = saved, Training = training, Gemm = gemm, Team = WorkerTeam.CallerOnly };
        }

        void Forward(ReadOnlySpan<double> at, Span<double> result) => layer.Forward(Pass(at), at[parameters..], result);

        void Product(ReadOnlySpan<double> at, ReadOnlySpan<double> g, Span<double> gradient)
        {
            LayerPass<double> pass = Pass(at);
            layer.Forward(pass, at[parameters..], y);
            // A backward step may use up its upstream gradient.
            layer.Backward(pass, at[parameters..], y, g.ToArray(), gradient[parameters..], gradient[..parameters]);
        }
    }

    /// <summary>Checks a whole network as <see cref="Layer"/> checks one layer.</summary>
    /// <param name="subject">Name in the report.</param>
    /// <param name="spec">The architecture.</param>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="training">Training or evaluation mode.</param>
    /// <param name="options">Null for the defaults.</param>
    public static GradientCheckResult Network(string subject, NetworkSpec spec, int rows = 5, bool training = true, GradientCheckOptions? options = null)
    {
        Check.Positive(rows);
        options ??= new();
        using Network<double> network = new(spec);
        network.Initialise(s_scalesAlone, options.Seed);
        using NetworkWorkspace<double> workspace = new(network, rows);
        int parameters = network.Parameters.Length, inputs = rows * network.Input.Reals;
        double[] statistics = network.Statistics.ToArray();
        return Backward(subject, Forward, Product, StartingPoint(network.Parameters, inputs, options),
            [.. network.ParameterTable.Select(entry => new GradientSegment(entry.Name, entry.Shape.Reals, entry.Shape.IsComplex)), new("input", inputs, network.Input.IsComplex)],
            [new("output", rows * network.Output.Reals, network.Output.IsComplex)], options);

        void Forward(ReadOnlySpan<double> at, Span<double> result)
        {
            at[..parameters].CopyTo(network.Parameters);
            statistics.CopyTo(network.Statistics);
            network.Forward(at[parameters..], rows, workspace, training).CopyTo(result);
        }

        void Product(ReadOnlySpan<double> at, ReadOnlySpan<double> g, Span<double> gradient)
        {
            Forward(at, new double[g.Length]);
            network.Backward(at[parameters..], rows, g, gradient[..parameters], workspace, gradient[parameters..]);
        }
    }

    /// <summary>Checks every kind of layer and head that the library ships, and three-layer networks of every kind, batch norms in training mode.</summary>
    /// <param name="options">Null for the defaults.</param>
    public static IReadOnlyList<GradientCheckResult> LayersAndNetworks(GradientCheckOptions? options = null)
    {
        const int Channels = 4;
        Features complex = Features.Complex(Channels), real = Features.Real(Channels);
        (string Name, Layer<double> Layer)[] layers =
        [
            ("complex linear", new ComplexLinear<double>(Channels, 3)),
            ("complex linear without bias", new ComplexLinear<double>(Channels, 3, bias: false)),
            ("real linear", new RealLinear<double>(real, 3)),
            ("real linear on complex input", new RealLinear<double>(complex, 3)),
            ("magnitude batch norm", new MagnitudeBatchNorm<double>(Channels)),
            ("whitening batch norm", new WhiteningBatchNorm<double>(Channels)),
            ("split batch norm", new SplitBatchNorm<double>(complex)),
            ("real batch norm", new SplitBatchNorm<double>(real)),
            ("real-part head", new RealPartHead<double>(Channels)),
            ("real-part and phase head", new RealPartHead<double>(Channels, complexOutputs: 2)),
            ("modulus head", new ModulusHead<double>(Channels)),
            ("ReLU", new Relu<double>(Channels)),
        ];
        return
        [
            .. layers.Select(entry => Layer(entry.Name, entry.Layer, options: options)),
            .. ActivationCatalog.Names.Select(name => Network($"network, {name}", NetworkSpec.Complex(5, [6, 4], name, realOutputs: 2, complexOutputs: 1), options: options)),
            Network("network, cardioid, magnitude batch norm", WithBatchNorm("magnitude"), options: options),
            Network("network, cardioid, whitening batch norm", WithBatchNorm("whitening"), options: options),
            Network("network, cardioid, split batch norm", WithBatchNorm("split"), options: options),
            Network("network, real", NetworkSpec.Real(5, [6, 4], 2), options: options),
        ];
    }

    private static NetworkSpec WithBatchNorm(string kind)
    {
        LayerSpec norm = new(LayerKind.ComplexBatchNorm, Name: kind), cardioid = new(LayerKind.Activation, Name: Cardioid.Name);
        return new(5, ComplexInput: true,
            [new(LayerKind.ComplexLinear, 6), norm, cardioid, new(LayerKind.ComplexLinear, 4), norm, cardioid, new(LayerKind.ComplexLinear, 2), new(LayerKind.RealPartHead)]);
    }

    private static IEnumerable<GradientSegment> Segments(IEnumerable<ParameterShape> shapes) =>
        shapes.Select(shape => new GradientSegment(shape.Name, shape.Reals, shape.IsComplex));

    /// <summary>The initial parameters moved off their special values (zero biases, unit scales), then a random input.</summary>
    private static double[] StartingPoint(ReadOnlySpan<double> parameters, int inputs, GradientCheckOptions options)
    {
        double[] initial = parameters.ToArray();
        CounterRandom random = new(options.Seed, stream: 6);
        return [.. initial.Zip(Normals(random, 0, initial.Length), (value, shift) => value + 0.1 * shift), .. Normals(random, 1, inputs)];
    }
}
