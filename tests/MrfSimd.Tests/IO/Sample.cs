using System.Numerics;
using MrfSimd.IO;

namespace MrfSimd.Tests.IO;

/// <summary>Files that other programs wrote, and what they hold; see Samples/README.md.</summary>
internal static class Sample
{
    public static readonly long[] Shape = [2, 3, 4];

    public static byte[] Bytes(string name)
    {
        using Stream stream = typeof(Sample).Assembly.GetManifestResourceStream($"Samples/{name}") ?? throw new FileNotFoundException(name);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    public static Stream Stream(string name) => new MemoryStream(Bytes(name));

    /// <summary>Puts a sample where a reader can open it.</summary>
    public static string Place(TemporaryFolder folder, string name)
    {
        File.WriteAllBytes(folder[name], Bytes(name));
        return folder[name];
    }

    /// <summary>Element k in C order, as README.md says.</summary>
    public static Complex Element(ElementType type, int k) => type switch
    {
        ElementType.Bool => k % 3 == 0 ? 1 : 0,
        ElementType.UInt8 or ElementType.UInt16 or ElementType.UInt32 or ElementType.UInt64 => k,
        ElementType.Complex64 or ElementType.Complex128 => new Complex(k - 3, -0.25 * k),
        _ => k - 3,
    };

    /// <summary>The array holds the sample's values, whatever its order and type.</summary>
    public static void AssertHolds(DataArray array, ElementType type, params long[] shape)
    {
        Assert.Equal(type, array.ElementType);
        Assert.Equal(shape, array.Shape.ToArray());
        Assert.Equal(Enumerable.Range(0, (int)array.Length).Select(k => Element(type, k)), array.ToArray<Complex>(ArrayOrder.RowMajor));
    }
}
