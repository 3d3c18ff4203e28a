namespace MrfSimd.IO;

/// <summary>Walks an array in the order it is not stored in, and says where each element lies.</summary>
internal sealed class AxisReversal
{
    // Axes from the one that runs fastest in the walk to the slowest.
    private readonly long[] _extents;
    private readonly long[] _strides;
    private readonly long[] _index;
    private long _position;

    public AxisReversal(ReadOnlySpan<long> shape, ArrayOrder stored)
    {
        _extents = shape.ToArray();
        _strides = new long[shape.Length];
        _index = new long[shape.Length];
        // The axis fastest in the walk is the slowest in storage: strides grow towards the front of the walk.
        if (stored == ArrayOrder.ColumnMajor) Array.Reverse(_extents);
        long stride = 1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            _strides[axis] = stride;
            stride *= _extents[axis];
        }
    }

    /// <summary>The storage index of the next element of the walk.</summary>
    public long Next()
    {
        long current = _position;
        for (int axis = 0; axis < _extents.Length; axis++)
        {
            _position += _strides[axis];
            if (++_index[axis] < _extents[axis]) break;
            _position -= _strides[axis] * _extents[axis];
            _index[axis] = 0;
        }
        return current;
    }
}
