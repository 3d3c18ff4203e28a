using System.Numerics;

namespace MrfSimd.Tests.Reference;

/// <summary>The activations as their papers write them, with angles and trigonometry, in double precision.</summary>
internal static class ActivationOracle
{
    public static Complex Value(string name, Complex z, double bias) => name switch
    {
        "identity" => z,
        "cardioid" => (1 + Math.Cos(z.Phase)) * z / 2,
        "siglog" => z == 0 ? 0 : Complex.FromPolarCoordinates(Sigmoid(Math.Log(z.Magnitude)), z.Phase),
        "separable-sigmoid" => new(Sigmoid(z.Real), Sigmoid(z.Imaginary)),
        "split-relu" => new(Relu(z.Real), Relu(z.Imaginary)),
        "split-silu" => new(z.Real * Sigmoid(z.Real), z.Imaginary * Sigmoid(z.Imaginary)),
        "split-tanh" => new(Math.Tanh(z.Real), Math.Tanh(z.Imaginary)),
        "zrelu" => z.Phase > 0 && z.Phase < Math.PI / 2 ? z : 0,
        "modrelu" => z == 0 ? 0 : Complex.FromPolarCoordinates(Relu(z.Magnitude + bias), z.Phase),
        "modulus" => z.Magnitude,
        _ => throw new ArgumentException($"no oracle for {name}"),
    };

    private static double Relu(double x) => Math.Max(x, 0);

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
