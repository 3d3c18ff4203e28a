using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd.Networks;

/// <summary>One fused step of an inference plan: a matrix product with all that follows it, or a head.</summary>
internal abstract class PlanStep(Features output) : IDisposable
{
    /// <summary>What a row of y holds.</summary>
    public Features Output { get; } = output;

    /// <summary>y = step(x) for a block of rows.</summary>
    public abstract void Run(int rows, ReadOnlySpan<float> x, Span<float> y, GemmWorkspace<float> workspace);

    public virtual void Dispose()
    {
    }
}

/// <summary>How a plan computes its complex products.</summary>
internal readonly record struct PlanProducts(ComplexProductMode Multiplication, WeightPrecision Precision);

/// <summary>Weights on the right side of products: Y = f(X W^T + b).</summary>
internal abstract class ComplexStep(ReadOnlySpan<float> weight, int inputs, int outputs, float[] bias, PlanProducts products) : PlanStep(Features.Complex(outputs))
{
    private readonly PackedComplexMatrix<float> _weight =
        new(MatrixSide.Right, MatrixOp.Transpose, inputs, outputs, weight, inputs, products.Multiplication, products.Precision);

    protected float[] Bias { get; } = bias;

    public sealed override void Dispose()
    {
        _weight.Dispose();
        base.Dispose();
    }

    protected void Multiply<TEpilogue>(int rows, ReadOnlySpan<float> x, Span<float> y, TEpilogue epilogue, GemmWorkspace<float> workspace)
        where TEpilogue : struct, IComplexEpilogue, allows ref struct =>
        ComplexGemm.Multiply(MatrixOp.None, rows, x, _weight.Rows, _weight, y, _weight.Columns, epilogue, workspace);
}

/// <summary>A complex linear layer, batch norm by magnitude folded in, and its activation.</summary>
internal sealed class ComplexLinearStep<TActivation>(
    ReadOnlySpan<float> weight, int inputs, int outputs, float[] bias, float[] parameters, PlanProducts products)
    : ComplexStep(weight, inputs, outputs, bias, products)
    where TActivation : struct, IComplexActivation
{
    public override void Run(int rows, ReadOnlySpan<float> x, Span<float> y, GemmWorkspace<float> workspace) =>
        Multiply(rows, x, y, new BiasActivationEpilogue<float, TActivation>(Bias, parameters), workspace);
}

/// <summary>A complex linear layer, a real 2 x 2 matrix per channel (split and whitening batch norm), and its activation.</summary>
internal sealed class NormalisedLinearStep<TActivation>(
    ReadOnlySpan<float> weight, int inputs, int outputs, float[] bias, float[] matrices, float[] parameters, PlanProducts products)
    : ComplexStep(weight, inputs, outputs, bias, products)
    where TActivation : struct, IComplexActivation
{
    public override void Run(int rows, ReadOnlySpan<float> x, Span<float> y, GemmWorkspace<float> workspace) =>
        Multiply(rows, x, y, new Epilogue(matrices, Bias, parameters), workspace);

    /// <summary>z to f(M z + b), M given as its rows' first and second entries: four arrays of channels.</summary>
    private readonly ref struct Epilogue(ReadOnlySpan<float> matrices, ReadOnlySpan<float> bias, ReadOnlySpan<float> parameters) : IComplexEpilogue
    {
        private readonly ref readonly float _matrices = ref MemoryMarshal.GetReference(matrices);
        private readonly ref readonly float _bias = ref MemoryMarshal.GetReference(bias);
        private readonly ref readonly float _parameters = ref MemoryMarshal.GetReference(parameters);
        private readonly nuint _channels = (nuint)matrices.Length / 4;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ComplexLanes<T> Apply<T>(ComplexLanes<T> z, int row, int column) where T : struct, ILanes<T>
        {
            nuint c = (nuint)column;
            ComplexLanes<T> b = T.LoadComplex(in _bias, c);
            T re = T.Fma(T.Load(in _matrices, c), z.Re, T.Fma(T.Load(in _matrices, _channels + c), z.Im, b.Re));
            T im = T.Fma(T.Load(in _matrices, 2 * _channels + c), z.Re, T.Fma(T.Load(in _matrices, 3 * _channels + c), z.Im, b.Im));
            T parameter = TActivation.ParameterCount == 0 ? T.Zero : T.Load(in _parameters, c);
            return TActivation.Forward(new ComplexLanes<T>(re, im), parameter);
        }
    }
}

/// <summary>A real linear layer, batch norm folded in, with or without ReLU.</summary>
internal sealed class RealLinearStep(float[] weight, int inputs, int outputs, float[] bias, bool relu) : PlanStep(Features.Real(outputs))
{
    public override void Run(int rows, ReadOnlySpan<float> x, Span<float> y, GemmWorkspace<float> workspace)
    {
        if (relu) RealGemm.Multiply(MatrixOp.None, MatrixOp.Transpose, rows, outputs, inputs, x, inputs, weight, inputs, y, outputs, new BiasReluEpilogue(bias), workspace);
        else RealGemm.Multiply(MatrixOp.None, MatrixOp.Transpose, rows, outputs, inputs, x, inputs, weight, inputs, y, outputs, new BiasEpilogue<float>(bias), workspace);
    }

    private readonly ref struct BiasReluEpilogue(ReadOnlySpan<float> bias) : IRealEpilogue
    {
        private readonly ref readonly float _bias = ref MemoryMarshal.GetReference(bias);

        // Max gives its second operand for a NaN, which must pass.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, int row, int column) where T : struct, ILanes<T> => T.Max(T.Zero, x + T.Load(in _bias, (nuint)column));
    }
}

/// <summary>A layer without a product before it: a head, or an activation on its own. Runs the layer itself.</summary>
internal sealed class LayerStep(Layer<float> layer, float[] parameters, float[] statistics) : PlanStep(layer.Output)
{
    // Evaluation leaves the same numbers here from every thread.
    private readonly float[] _saved = new float[layer.SavedReals(InferencePlan.BlockRows)];

    public override void Run(int rows, ReadOnlySpan<float> x, Span<float> y, GemmWorkspace<float> workspace) =>
        layer.Forward(
            new LayerPass<float>
            {
                Rows = rows,
                Parameters = parameters,
                Statistics = statistics,
                Saved = _saved,
                Training = false,
                Gemm = workspace,
                Team = WorkerTeam.CallerOnly,
            },
            x, y);
}
