using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MrfSimd.Fingerprinting;

namespace MrfSimd.Perf;

/// <summary>The usual way to search a dictionary: all inner products into a matrix, then a scan for the greatest.</summary>
internal static class MatchPeers
{
    // A sample of the plain loops: 13 million operations per signal.
    private const int SampledSignals = 1;

    /// <param name="atoms">The dictionary.</param>
    /// <param name="signals">[signal, pulse].</param>
    /// <param name="best">Receives the atom of each signal.</param>
    public static IEnumerable<Peer> Exact(IAtomSource atoms, ComplexF[] signals, int[] best)
    {
        int count = atoms.Count, pulses = atoms.SignalLength;
        ComplexF[] transposed = Transposed(Normalised(atoms), count, pulses), products = new ComplexF[best.Length * count];
        yield return Peer.PerItem(PeerNames.NaiveCSharp, best.Length, SampledSignals, rows =>
        {
            GemmPeers.Naive(rows, count, pulses, signals, transposed, products);
            Scan(products, best.AsSpan(0, rows), count);
        });
        Lazy<(float[] Signals, float[] Atoms)> planar = new(() =>
            (GemmPeers.Planar(signals, best.Length, pulses), GemmPeers.Planar(Conjugated(Normalised(atoms)), count, pulses)));
        yield return Peer.PerItem(PeerNames.Tensors, best.Length, 4 * SampledSignals, rows =>
        {
            GemmPeers.Dots(rows, count, pulses, planar.Value.Signals, planar.Value.Atoms, products);
            Scan(products, best.AsSpan(0, rows), count);
        });
        foreach (Peer peer in OpenBlas.Peer(() =>
        {
            OpenBlas.ComplexMultiply(best.Length, count, pulses, signals, transposed, products);
            Scan(products, best, count);
        }))
            yield return peer;
    }

    /// <summary>The same among coefficients in a basis.</summary>
    /// <param name="atoms">The dictionary.</param>
    /// <param name="basis">Of its signals.</param>
    /// <param name="signals">[signal, pulse].</param>
    /// <param name="best">Receives the atom of each signal.</param>
    public static IEnumerable<Peer> Compressed(IAtomSource atoms, SignalBasis basis, ComplexF[] signals, int[] best)
    {
        if (!OpenBlas.IsInstalled) yield break;
        int count = atoms.Count, pulses = atoms.SignalLength, rank = basis.Rank;
        ComplexF[] vectors = basis.Vectors.ToArray(), compressed = new ComplexF[count * rank];
        OpenBlas.ComplexMultiply(MatrixOp.None, MatrixOp.ConjugateTranspose, count, rank, pulses, Atoms(atoms), vectors, compressed);
        ComplexF[] transposed = Transposed(Normalised(compressed, rank), count, rank);
        ComplexF[] coefficients = new ComplexF[best.Length * rank], products = new ComplexF[best.Length * count];
        yield return new(PeerNames.OpenBlas, () =>
        {
            OpenBlas.ComplexMultiply(MatrixOp.None, MatrixOp.ConjugateTranspose, best.Length, rank, pulses, signals, vectors, coefficients);
            OpenBlas.ComplexMultiply(best.Length, count, rank, coefficients, transposed, products);
            Scan(products, best, count);
        });
    }

    private static void Scan(ComplexF[] products, Span<int> best, int count)
    {
        for (int signal = 0; signal < best.Length; signal++)
        {
            float greatest = 0;
            for (int atom = 0; atom < count; atom++)
            {
                ComplexF z = products[signal * count + atom];
                float power = z.Re * z.Re + z.Im * z.Im;
                if (power > greatest) (greatest, best[signal]) = (power, atom);
            }
        }
    }

    private static ComplexF[] Atoms(IAtomSource atoms)
    {
        ComplexF[] signals = new ComplexF[atoms.Count * atoms.SignalLength];
        atoms.Write([.. Enumerable.Range(0, atoms.Count)], signals, WorkerTeam.CallerOnly);
        return signals;
    }

    private static ComplexF[] Normalised(IAtomSource atoms) => Normalised(Atoms(atoms), atoms.SignalLength);

    /// <summary>[atom, sample] at unit norm.</summary>
    private static ComplexF[] Normalised(ComplexF[] atoms, int length)
    {
        Span<float> reals = MemoryMarshal.Cast<ComplexF, float>(atoms.AsSpan());
        for (int start = 0; start < reals.Length; start += 2 * length)
        {
            Span<float> atom = reals.Slice(start, 2 * length);
            TensorPrimitives.Multiply(atom, 1 / TensorPrimitives.Norm(atom), atom);
        }
        return atoms;
    }

    private static ComplexF[] Conjugated(ComplexF[] x) => Array.ConvertAll(x, z => z.Conjugate);

    /// <summary>The conjugate transpose.</summary>
    private static ComplexF[] Transposed(ComplexF[] atoms, int count, int length)
    {
        ComplexF[] transposed = new ComplexF[atoms.Length];
        for (int atom = 0; atom < count; atom++)
            for (int i = 0; i < length; i++) transposed[i * count + atom] = atoms[atom * length + i].Conjugate;
        return transposed;
    }
}
