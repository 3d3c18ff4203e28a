using System.Numerics.Tensors;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.Random;

namespace MrfSimd.Perf;

/// <summary>Normal numbers as C# has them without this library.</summary>
internal static class RandomPeers
{
    public static IEnumerable<Peer> Normals(float[] numbers)
    {
        Random random = new(1);
        yield return new(PeerNames.NaiveCSharp, () => BoxMuller(random, numbers));
        yield return new(PeerNames.Tensors, () => Tensor.FillGaussianNormalDistribution(new TensorSpan<float>(numbers), random));
        double[] doubles = new double[numbers.Length];
        Mcg31m1 theirs = new(1);
        yield return new(PeerNames.MathNet, () =>
        {
            Normal.Samples(theirs, doubles, 0, 1);
            TensorPrimitives.ConvertTruncating<double, float>(doubles, numbers);
        });
    }

    private static void BoxMuller(Random random, float[] numbers)
    {
        for (int i = 0; i < numbers.Length; i += 2)
        {
            float radius = MathF.Sqrt(-2 * MathF.Log(1 - random.NextSingle())), angle = 2 * MathF.PI * random.NextSingle();
            (numbers[i], numbers[i + 1]) = (radius * MathF.Cos(angle), radius * MathF.Sin(angle));
        }
    }
}
