using System.Runtime.CompilerServices;

namespace MrfSimd.Tests;

public class AlignedBufferTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public unsafe void New_AnyLength_IsZeroedAndOnACacheLine(int length)
    {
        using AlignedBuffer<ComplexF> buffer = new(length);
        Assert.Equal(length, buffer.Length);
        Assert.Equal(length, buffer.Span.Length);
        Assert.True(buffer.Span.IndexOfAnyExcept(ComplexF.Zero) < 0);
        Assert.Equal(0u, (nuint)Unsafe.AsPointer(ref buffer.Reference) % 64);
    }

    [Fact]
    public void Slice_Part_SharesTheMemory()
    {
        using AlignedBuffer<float> buffer = new(10);
        buffer.Slice(4, 3).Fill(2);
        Assert.Equal([0, 0, 0, 0, 2, 2, 2, 0, 0, 0], buffer.Span.ToArray());
        Assert.Equal(0, buffer.Slice(10, 0).Length);
    }

    [Theory]
    [InlineData(-1, 2)]
    [InlineData(0, 11)]
    [InlineData(9, 2)]
    [InlineData(0, -1)]
    [InlineData(long.MaxValue, 1)]
    public void Slice_BeyondTheBuffer_Throws(long start, int length)
    {
        using AlignedBuffer<float> buffer = new(10);
        Assert.Equal("start", Assert.Throws<ArgumentException>(() => { _ = buffer.Slice(start, length); }).ParamName);
    }

    [Fact]
    public void New_NegativeOrTooLong_Throws()
    {
        Assert.Equal("length", Assert.Throws<ArgumentException>(() => new AlignedBuffer<float>(-1)).ParamName);
        Assert.Throws<OverflowException>(() => new AlignedBuffer<double>(long.MaxValue));
    }

    [Fact]
    public void Dispose_ThenUse_Throws()
    {
        AlignedBuffer<float> buffer = new(10);
        buffer.Dispose();
        Assert.True(buffer.IsClosed);
        Assert.Throws<ObjectDisposedException>(() => { _ = buffer.Span; });
        Assert.Throws<ObjectDisposedException>(() => { _ = buffer.Reference; });
    }
}
