using System.Runtime.InteropServices;
using System.Text;
using MrfSimd.IO;

namespace MrfSimd.Native;

/// <summary>The codes of the C interface, and the last failure of each thread.</summary>
internal static unsafe class Outcome
{
    public const int Success = 0, InvalidArgument = 1, InvalidHandle = 2, InvalidModel = 3, Failure = 4;

    // Long enough for any of our one-line messages; a longer one is cut.
    private const int Capacity = 1024;

    [ThreadStatic]
    private static byte* t_text;

    /// <summary>The sentence of the calling thread, in memory that the thread keeps.</summary>
    public static byte* LastError
    {
        get
        {
            if (t_text == null) t_text = (byte*)NativeMemory.AllocZeroed(Capacity);
            return t_text;
        }
    }

    public static int Of(Exception error) => Say(
        error switch
        {
            ArgumentException or OverflowException => InvalidArgument,
            DataFormatException or IOException or UnauthorizedAccessException => InvalidModel,
            _ => Failure,
        },
        error.Message);

    public static int NullArgument() => Say(InvalidArgument, "a pointer is null: expected memory.");

    public static int Negative(string name, long value) => Say(InvalidArgument, $"{name} is {value}: expected 0 or more.");

    public static int UnknownHandle(long mapper) => Say(InvalidHandle, $"mapper is {mapper}: expected a handle that is open.");

    private static int Say(int code, string message)
    {
        Span<byte> text = new(LastError, Capacity);
        // Whole characters only, and room for the final zero.
        Encoding.UTF8.GetEncoder().Convert(message, text[..^1], flush: true, out _, out int written, out _);
        text[written] = 0;
        return code;
    }
}
