using MrfSimd.Fingerprinting;

namespace MrfSimd.Tests.Testing;

/// <summary>Calls the public entries of every family of kernels once, in the ways that lead to all its loops.</summary>
internal static class KernelExercise
{
    private const int Voxels = 48, Pulses = 40;

    /// <summary>At the level in force.</summary>
    public static void Run()
    {
        foreach (string activation in ActivationCatalog.Names) ActivationCatalog.Visit<Activations, bool>(activation, default);
        Products();
        using IsochromatPropagator alternating = new(MrfSequences.Sinusoid(Pulses));
        using EpgPropagator spoiled = new(MrfSequences.FispJiang(Pulses), states: 8);
        Spins(alternating);
        Spins(spoiled);
    }

    private static void Spins(SignalPropagator propagator)
    {
        float[] t1 = new float[Voxels], t2 = new float[Voxels], offResonance = new float[Voxels], b1 = new float[Voxels];
        t1.AsSpan().Fill(0.8f);
        t2.AsSpan().Fill(0.08f);
        b1.AsSpan().Fill(0.9f);
        foreach (float[] scale in new[] { [], b1 })
        {
            propagator.Propagate(t1, t2, offResonance, scale, new ComplexF[Voxels * Pulses]);
            propagator.PropagateTile(t1, t2, offResonance, scale, new float[2 * Voxels * Pulses]);
            foreach (bool withB1 in new[] { false, true })
            {
                int reals = 2 * SignalPropagator.TangentQuantities(withB1) * Voxels * Pulses;
                propagator.PropagateTangents(t1, t2, offResonance, scale, withB1, new float[reals]);
            }
        }
    }

    private static void Products()
    {
        const int N = 40;
        float[] x = new float[2 * N * N], y = new float[2 * N * N];
        using GemmWorkspace<float> workspace = new();
        foreach (MatrixOp op in Enum.GetValues<MatrixOp>())
        {
            ComplexGemm.Multiply(op, op, N, N, N, x, N, x, N, y, N, new NoEpilogue(), workspace);
            RealGemm.Multiply(op, op, N, N, N, x, N, x, N, y, N, new NoEpilogue(), workspace);
        }
        // Few rows beside an unpacked right side: tiles of 4, 2 and 1 panels at AVX-512 (112 columns) and at AVX2 (72 and 80).
        foreach (int columns in (int[])[72, 80, 112])
            for (int rows = 1; rows <= 4; rows++)
                ComplexGemm.Multiply(MatrixOp.None, MatrixOp.None, rows, columns, 4, x, 4, x, columns, y, columns, new NoEpilogue(), workspace);
        foreach (ComplexProductMode mode in Enum.GetValues<ComplexProductMode>())
        {
            using PackedComplexMatrix<float> packed = new(MatrixSide.Right, N, N, mode);
            packed.Pack(MatrixOp.None, x, N);
            ComplexGemm.Multiply(MatrixOp.None, N, x, N, packed, y, N, new NoEpilogue(), workspace);
            // Five panels at AVX-512, ten at AVX2: tiles of 4, 2 and 1.
            foreach (WeightPrecision precision in Enum.GetValues<WeightPrecision>())
            {
                using PackedComplexMatrix<float> wide = new(MatrixSide.Right, MatrixOp.None, 4, 2 * N, x, 2 * N, mode, precision);
                for (int rows = 1; rows <= 4; rows++)
                    ComplexGemm.Multiply(MatrixOp.None, rows, x, 4, wide, y, 2 * N, new NoEpilogue(), workspace);
            }
        }
    }

    private readonly struct Activations : IActivationVisitor<bool>
    {
        public bool Visit<TActivation>() where TActivation : struct, IComplexActivation
        {
            ComplexF[] z = new ComplexF[Voxels], f = new ComplexF[Voxels], conjugate = new ComplexF[Voxels];
            float[] parameters = new float[TActivation.ParameterCount * Voxels], gradients = new float[parameters.Length];
            ComplexActivation.Forward<TActivation>(z, Voxels, parameters, f);
            ComplexActivation.Derivatives<TActivation>(z, Voxels, parameters, f, conjugate);
            ComplexActivation.Backward<TActivation>(z, Voxels, parameters, conjugate, f, gradients);
            return true;
        }
    }
}
