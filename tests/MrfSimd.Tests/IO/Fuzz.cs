using MrfSimd.IO;

namespace MrfSimd.Tests.IO;

/// <summary>What every reader owes to a bad file: a result or one clear line, and bounded memory.</summary>
internal static class Fuzz
{
    public const string FileName = "scan.dat";

    /// <summary>A reader may hold a few times the file, its buffers and what a library allocates once; never what a header promises.</summary>
    private const long MemoryFloor = 16 << 20;

    /// <summary>Every truncation (each length, then steps), then single bytes changed at random, then noise after an intact head.</summary>
    public static void Attack(byte[] intact, Action<Stream> read, int mutations = 300, long memoryFloor = MemoryFloor)
    {
        read(new MemoryStream(intact));
        for (int length = 0; length < intact.Length; length += 1 + length / 256) Survive(intact[..length], read, memoryFloor);
        var random = new System.Random(1);
        for (int i = 0; i < mutations; i++)
        {
            byte[] changed = [.. intact];
            // Most bytes that matter are in the head.
            int reach = random.Next(2) == 0 ? Math.Min(changed.Length, 400) : changed.Length;
            for (int changes = random.Next(1, 4); changes > 0; changes--) changed[random.Next(reach)] = (byte)random.Next(256);
            Survive(changed, read, memoryFloor);
        }
        for (int head = 0; head < Math.Min(intact.Length, 200); head += 9)
        {
            byte[] noise = [.. intact];
            random.NextBytes(noise.AsSpan(head));
            Survive(noise, read, memoryFloor);
        }
    }

    /// <summary>For readers of files: the content becomes one of this name in the current folder.</summary>
    public static Action<Stream> AsFile(Func<string, DataArray> open) => stream =>
    {
        // A new file each time: some file systems write one that is overwritten to the disk at once.
        File.Delete(FileName);
        using (FileStream file = File.Create(FileName)) stream.CopyTo(file);
        using DataArray array = open(FileName);
        if (array.ElementType == ElementType.Bool) return;
        ComplexF[] part = new ComplexF[Math.Min(array.Length, 1000)];
        array.Read(array.Length - part.Length, part);
    };

    /// <summary>The content is read, or refused in one line that names the file.</summary>
    public static void Survive(byte[] content, Action<Stream> read, long memoryFloor = MemoryFloor)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            read(new MemoryStream(content));
        }
        catch (DataFormatException error)
        {
            AssertClear(error);
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, memoryFloor + 64L * content.Length);
    }

    /// <summary>The content is refused, and the line holds all of <paramref name="words"/>.</summary>
    public static DataFormatException Refuse(byte[] content, Action<Stream> read, params string[] words)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<DataFormatException>(() => read(new MemoryStream(content)));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MemoryFloor + 64L * content.Length);
        AssertClear(error);
        foreach (string word in words) Assert.Contains(word, error.Message, StringComparison.Ordinal);
        return error;
    }

    private static void AssertClear(DataFormatException error)
    {
        Assert.Equal(FileName, error.FileName);
        Assert.StartsWith($"{FileName}: {error.Field}", error.Message, StringComparison.Ordinal);
        Assert.Contains(": expected ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.InRange(error.Message.Length, 1, 600);
    }
}
