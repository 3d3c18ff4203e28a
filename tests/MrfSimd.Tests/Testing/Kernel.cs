namespace MrfSimd.Tests.Testing;

/// <summary>The trait of tests that CI repeats with AVX-512 off and with AVX2 off: <c>[Trait(Kernel.Trait, Kernel.Name)]</c>.</summary>
internal static class Kernel
{
    public const string Trait = "Category";
    public const string Name = "Kernel";
}
