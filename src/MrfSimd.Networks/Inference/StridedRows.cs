using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd.Networks;

/// <summary>The signals of a strided tensor as numbered rows: row number n counts the axes other than the pulses', the last fastest.</summary>
public readonly ref struct StridedRows
{
    // Tiles of 8 by 8 numbers fill whole cache lines on the side that is contiguous, whichever it is.
    private const int Tile = 8;

    private readonly ref readonly ComplexF _first;
    private readonly ReadOnlySpan<nint> _lengths, _strides;
    private readonly int _pulseAxis;
    private readonly bool _isRowMajor;

    /// <summary>Looks at signals; nothing is copied.</summary>
    /// <param name="signals">Of any layout and size.</param>
    /// <param name="pulseAxis">The axis of a signal's samples.</param>
    /// <exception cref="ArgumentException">There is no such axis.</exception>
    public StridedRows(in ReadOnlyTensorSpan<ComplexF> signals, int pulseAxis)
    {
        if (pulseAxis < 0 || pulseAxis >= signals.Rank) Check.Fail(nameof(pulseAxis), pulseAxis, $"expected an axis of the {signals.Rank} of signals");
        _lengths = signals.Lengths;
        _strides = signals.Strides;
        _pulseAxis = pulseAxis;
        _isRowMajor = signals.IsDense && pulseAxis == signals.Rank - 1;
        Samples = signals.Lengths[pulseAxis];
        Count = 1;
        for (int axis = 0; axis < signals.Rank; axis++)
            if (axis != pulseAxis) Count *= signals.Lengths[axis];
        _first = ref signals.GetPinnableReference();
    }

    /// <summary>Rows.</summary>
    public long Count { get; }

    /// <summary>Samples of a row.</summary>
    public long Samples { get; }

    /// <summary>Rows as they lie, [rows, Samples]; false if they do not lie one after the other.</summary>
    public bool TryGetDense(long first, int rows, out ReadOnlySpan<ComplexF> dense)
    {
        dense = _isRowMajor
            ? MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref Unsafe.AsRef(in _first), (nint)(first * Samples)), checked((int)(rows * Samples)))
            : default;
        return _isRowMajor;
    }

    /// <summary>Copies rows first .. first + rows - 1 into a dense [rows, Samples].</summary>
    public void Gather(long first, int rows, Span<ComplexF> destination)
    {
        int samples = (int)Samples;
        nint stride = _strides[_pulseAxis];
        Span<nint> offsets = stackalloc nint[Tile];
        for (int row = 0; row < rows; row += Tile)
        {
            int count = Math.Min(Tile, rows - row);
            for (int i = 0; i < count; i++) offsets[i] = OffsetOf(first + row + i);
            for (int sample = 0; sample < samples; sample += Tile)
            {
                int end = Math.Min(sample + Tile, samples);
                for (int i = 0; i < count; i++)
                {
                    ref readonly ComplexF source = ref Unsafe.Add(ref Unsafe.AsRef(in _first), offsets[i]);
                    Span<ComplexF> target = destination.Slice((row + i) * samples, samples);
                    for (int s = sample; s < end; s++) target[s] = Unsafe.Add(ref Unsafe.AsRef(in source), s * stride);
                }
            }
        }
    }

    private nint OffsetOf(long row)
    {
        nint offset = 0;
        for (int axis = _lengths.Length - 1; axis >= 0; axis--)
        {
            if (axis == _pulseAxis) continue;
            (row, long index) = Math.DivRem(row, _lengths[axis]);
            offset += (nint)index * _strides[axis];
        }
        return offset;
    }
}
