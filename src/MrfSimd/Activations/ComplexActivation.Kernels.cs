using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd;

public static partial class ComplexActivation
{
    /// <summary>One step on <c>T.Count</c> neighbouring elements of one row.</summary>
    private interface IStep
    {
        /// <param name="element">The first element: complex numbers from the start of the arrays.</param>
        /// <param name="channel">Its channel.</param>
        void Invoke<T>(nuint element, nuint channel) where T : struct, ILanes<T>;
    }

    private readonly ref struct ForwardKernel<TActivation, TReal>(ReadOnlySpan<TReal> z, ReadOnlySpan<TReal> parameters, Span<TReal> f) : IStep
        where TActivation : struct, IComplexActivation
        where TReal : unmanaged
    {
        private readonly ref TReal _z = ref MemoryMarshal.GetReference(z), _parameters = ref MemoryMarshal.GetReference(parameters);
        private readonly ref TReal _f = ref MemoryMarshal.GetReference(f);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<T>(nuint element, nuint channel) where T : struct, ILanes<T> =>
            T.StoreComplex(TActivation.Forward(T.LoadComplex(in _z, element), Parameter<TActivation, TReal, T>(in _parameters, channel)), ref _f, element);
    }

    private readonly ref struct DerivativesKernel<TActivation, TReal>(
        ReadOnlySpan<TReal> z, ReadOnlySpan<TReal> parameters, Span<TReal> dz, Span<TReal> dzConj) : IStep
        where TActivation : struct, IComplexActivation
        where TReal : unmanaged
    {
        private readonly ref TReal _z = ref MemoryMarshal.GetReference(z), _parameters = ref MemoryMarshal.GetReference(parameters);
        private readonly ref TReal _dz = ref MemoryMarshal.GetReference(dz), _dzConj = ref MemoryMarshal.GetReference(dzConj);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<T>(nuint element, nuint channel) where T : struct, ILanes<T>
        {
            T parameter = Parameter<TActivation, TReal, T>(in _parameters, channel);
            TActivation.Derivatives(T.LoadComplex(in _z, element), parameter, out ComplexLanes<T> dz, out ComplexLanes<T> dzConj);
            T.StoreComplex(dz, ref _dz, element);
            T.StoreComplex(dzConj, ref _dzConj, element);
        }
    }

    private readonly ref struct BackwardKernel<TActivation, TReal>(
        ReadOnlySpan<TReal> z, ReadOnlySpan<TReal> parameters, ReadOnlySpan<TReal> g, Span<TReal> dz, Span<TReal> parameterGradients) : IStep
        where TActivation : struct, IComplexActivation
        where TReal : unmanaged
    {
        private readonly ref TReal _z = ref MemoryMarshal.GetReference(z), _parameters = ref MemoryMarshal.GetReference(parameters);
        private readonly ref TReal _g = ref MemoryMarshal.GetReference(g);
        private readonly ref TReal _dz = ref MemoryMarshal.GetReference(dz), _parameterGradients = ref MemoryMarshal.GetReference(parameterGradients);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<T>(nuint element, nuint channel) where T : struct, ILanes<T>
        {
            T parameter = Parameter<TActivation, TReal, T>(in _parameters, channel);
            ComplexLanes<T> z = T.LoadComplex(in _z, element), g = T.LoadComplex(in _g, element);
            if (TActivation.ParameterCount == 0)
            {
                T.StoreComplex(TActivation.Backward(z, parameter, g), ref _dz, element);
                return;
            }
            T.StoreComplex(TActivation.Backward(z, parameter, g, out T slope), ref _dz, element);
            T.Store(T.Load(in _parameterGradients, channel) + slope, ref _parameterGradients, channel);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Parameter<TActivation, TReal, T>(ref readonly TReal parameters, nuint channel)
        where TActivation : struct, IComplexActivation
        where TReal : unmanaged
        where T : struct, ILanes<T> =>
        TActivation.ParameterCount == 0 ? default : T.Load(in parameters, channel);

    /// <summary>
    /// A step over all rows and channels, in parts of some thousand elements. Without parameters the array is one long row. Parameter gradients
    /// are sums over rows, so there the parts are ranges of channels, one per thread: each sum is one thread's, in the order of the rows.
    /// </summary>
    private ref struct RowLoop<TActivation, TReal, TStep> : IParallelJob
        where TActivation : struct, IComplexActivation
        where TReal : unmanaged
        where TStep : struct, IStep, allows ref struct
    {
        // 128 KiB of float: long against the hand-over between threads, small against L2.
        private const long PartElements = 1 << 14;

        // Elements of the gradient in a cache line, which two threads should not share.
        private const long CacheLine = 16;

        private readonly TStep _step;
        private readonly long _rows, _channels;
        private long _rowsPerPart, _channelsPerPart;

        public RowLoop(TStep step, long rows, long channels)
        {
            bool flat = TActivation.ParameterCount == 0;
            _step = step;
            (_rows, _channels) = flat ? (Math.Min(rows, 1), rows * channels) : (rows, channels);
            (_rowsPerPart, _channelsPerPart) = (_rows, _channels);
        }

        public void Run(WorkerTeam? team, bool byChannel)
        {
            if (_rows == 0) return;
            team ??= WorkerTeam.CallerOnly;
            if (TActivation.ParameterCount == 0) _channelsPerPart = PartElements;
            else if (byChannel) _channelsPerPart = (_channels / team.Size | (CacheLine - 1)) + 1;
            else _rowsPerPart = Math.Max(PartElements / _channels, 1);
            team.Run(ref this, (int)(Parts(_rows, _rowsPerPart) * Parts(_channels, _channelsPerPart)));

            static long Parts(long count, long perPart) => (count + perPart - 1) / perPart;
        }

        public readonly void Execute(int part, int worker)
        {
            long row = _rowsPerPart < _rows ? part * _rowsPerPart : 0, channel = _channelsPerPart < _channels ? part * _channelsPerPart : 0;
            RangeJob<TStep> job = new(_step, (nuint)_channels, (nuint)row, (nuint)Math.Min(row + _rowsPerPart, _rows),
                (nuint)channel, (nuint)Math.Min(channel + _channelsPerPart, _channels));
            SimdDispatch.Run<TReal, RangeJob<TStep>>(ref job);
        }
    }

    private readonly ref struct RangeJob<TStep>(TStep step, nuint stride, nuint row, nuint endRow, nuint channel, nuint endChannel) : ILaneJob
        where TStep : struct, IStep, allows ref struct
    {
        private readonly TStep _step = step;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<T, TOne>() where T : struct, ILanes<T> where TOne : struct, ILanes<TOne>
        {
            TStep step = _step;
            for (nuint r = row; r < endRow; r++)
            {
                nuint c = channel, start = r * stride, count = (nuint)T.Count;
                for (; endChannel - c >= count; c += count) step.Invoke<T>(start + c, c);
                for (; c < endChannel; c++) step.Invoke<TOne>(start + c, c);
            }
        }
    }
}
