using System.Buffers;
using System.Text;

namespace MrfSimd.IO;

/// <summary>
/// A protocol buffer message under construction: fields in the order added. Format:
/// <see href="https://protobuf.dev/programming-guides/encoding/"/>.
/// </summary>
internal sealed class ProtobufMessage
{
    private const int Varint = 0, LengthDelimited = 2;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ProtobufMessage Add(int field, long value)
    {
        Write(field, Varint);
        Write((ulong)value);
        return this;
    }

    public ProtobufMessage Add(int field, string value) => Add(field, Encoding.UTF8.GetBytes(value));

    public ProtobufMessage Add(int field, ReadOnlySpan<byte> value)
    {
        Write(field, LengthDelimited);
        Write((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    public ProtobufMessage Add(int field, ProtobufMessage value) => Add(field, value.Bytes);

    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    private void Write(int field, int wireType) => Write((ulong)(field << 3 | wireType));

    private void Write(ulong value)
    {
        for (; value >= 0x80; value >>= 7) _bytes.Write([(byte)(value | 0x80)]);
        _bytes.Write([(byte)value]);
    }
}
