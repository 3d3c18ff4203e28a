using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MrfSimd;

/// <summary>
/// Random numbers that are a pure function of (seed, stream, index, position): there is no state, so the numbers of sample
/// number <c>index</c> are the same in any order, on any thread and at every SIMD level. Threefry-4x32-20 underneath.
/// </summary>
/// <remarks>
/// Give each purpose (initial weights, noise, labels) a stream and each sample an index. Numbers for different (seed, stream, index)
/// are independent; <see cref="Uniform"/> and the normals of one index are, too. All calls allocate nothing and may run concurrently.
/// </remarks>
/// <param name="seed">The seed of the experiment.</param>
/// <param name="stream">The purpose within the experiment.</param>
public readonly struct CounterRandom(ulong seed, uint stream = 0)
{
    // The last counter word keeps the two kinds of numbers apart.
    private const uint NormalDomain = 0, UniformDomain = 1;

    // A group is 16 counter blocks, one per lane of the widest vector; each block yields 4 normals. Normal j of block b stands at
    // position 16 j + b, so that every width stores whole vectors without a shuffle.
    private const int GroupBlocks = 16;
    private const int GroupLength = 4 * GroupBlocks;

    // Words of a block; a line of the first-level cache, or the widest vector.
    private const int WordVectors = 4, LineBytes = 64, ScratchBytes = WordVectors * LineBytes + GroupLength * sizeof(float);

    private readonly uint _seedLow = (uint)seed, _seedHigh = (uint)(seed >> 32), _stream = stream;

    /// <summary>A uniform number from [0, 1), a multiple of 2^-53.</summary>
    /// <param name="index">The sample.</param>
    /// <param name="draw">Which of the sample's numbers.</param>
    public double Uniform(ulong index, uint draw)
    {
        U32x1 w0 = new((uint)index), w1 = new((uint)(index >> 32)), w2 = new(draw), w3 = new(UniformDomain);
        Threefry.Encrypt<U32x1, F32x1>(_seedLow, _seedHigh, _stream, 0, ref w0, ref w1, ref w2, ref w3);
        return (((ulong)w1.Value << 32 | w0.Value) >> 11) * (1.0 / (1L << 53));
    }

    /// <summary>Fills with independent normal numbers of mean 0 and variance 1.</summary>
    /// <param name="index">The sample.</param>
    /// <param name="destination">Any length. A shorter fill is a prefix of a longer one.</param>
    /// <remarks>Box-Muller in single precision; |value| is at most 6.66 (the radius has 31 bits).</remarks>
    public void Normals(ulong index, Span<float> destination)
    {
        NormalsJob job = new(this, index, destination, sigma: 0, add: false);
        SimdDispatch.RunWords(ref job);
    }

    /// <summary>Adds sigma times the numbers of <see cref="Normals(ulong, Span{float})"/>, fused.</summary>
    /// <param name="index">The sample.</param>
    /// <param name="sigma">Standard deviation.</param>
    /// <param name="destination">Any length.</param>
    public void AddNormals(ulong index, float sigma, Span<float> destination)
    {
        NormalsJob job = new(this, index, destination, sigma, add: true);
        SimdDispatch.RunWords(ref job);
    }

    /// <summary>Fills with complex normal numbers: real and imaginary part are independent, each of variance 1.</summary>
    /// <inheritdoc cref="Normals(ulong, Span{float})"/>
    public void Normals(ulong index, Span<ComplexF> destination) => Normals(index, MemoryMarshal.Cast<ComplexF, float>(destination));

    /// <summary>Adds complex normal noise: real and imaginary part are independent, each of standard deviation sigma.</summary>
    /// <inheritdoc cref="AddNormals(ulong, float, Span{float})"/>
    public void AddNormals(ulong index, float sigma, Span<ComplexF> destination) =>
        AddNormals(index, sigma, MemoryMarshal.Cast<ComplexF, float>(destination));

    private readonly ref struct NormalsJob(CounterRandom random, ulong index, Span<float> destination, float sigma, bool add) : IWordJob
    {
        private readonly Span<float> _destination = destination;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public unsafe void Run<TWord, T>() where TWord : struct, IWordLanes<TWord, T> where T : struct, ISingleLanes<T>
        {
            // Words and numbers from a line's beginning on and within one page. Where the runtime places them, each vector lies across two lines, for which its
            // next reader waits (20 % of the peak instead of 36), and in one process of twenty across two pages (14 %).
            byte* memory = stackalloc byte[2 * ScratchBytes];
            memory += ScratchBytes - (nuint)memory % ScratchBytes;
            Span<float> group = new(memory + WordVectors * LineBytes, GroupLength);
            uint block = 0;
            for (Span<float> rest = _destination; !rest.IsEmpty; block += GroupBlocks)
            {
                Span<float> part = rest[..Math.Min(rest.Length, GroupLength)];
                for (int lane = 0; lane < GroupBlocks; lane += T.Count)
                    FillLanes<TWord, T>(block + (uint)lane, memory, ref group[lane]);
                if (add) AddScaled<T>(group, part);
                else group[..part.Length].CopyTo(part);
                rest = rest[part.Length..];
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private unsafe void FillLanes<TWord, T>(uint block, byte* words, ref float group) where TWord : struct, IWordLanes<TWord, T> where T : struct, ISingleLanes<T>
        {
            ref TWord w0 = ref Unsafe.AsRef<TWord>(words), w1 = ref Unsafe.AsRef<TWord>(words + LineBytes);
            ref TWord w2 = ref Unsafe.AsRef<TWord>(words + 2 * LineBytes), w3 = ref Unsafe.AsRef<TWord>(words + 3 * LineBytes);
            w0 = TWord.Broadcast((uint)index);
            w1 = TWord.Broadcast((uint)(index >> 32));
            w2 = TWord.Broadcast(block) + TWord.LaneIndices;
            w3 = TWord.Broadcast(NormalDomain);
            Threefry.Encrypt<TWord, T>(random._seedLow, random._seedHigh, random._stream, 0, ref w0, ref w1, ref w2, ref w3);
            BoxMuller<TWord, T>(in w0, in w1, ref group);
            BoxMuller<TWord, T>(in w2, in w3, ref Unsafe.Add(ref group, 2 * GroupBlocks));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void AddScaled<T>(ReadOnlySpan<float> group, Span<float> part) where T : struct, ISingleLanes<T>
        {
            int i = 0;
            for (; i <= part.Length - T.Count; i += T.Count)
                T.Store(T.Fma(T.Broadcast(sigma), T.Load(in group[0], (nuint)i), T.Load(in part[0], (nuint)i)), ref part[0], (nuint)i);
            for (; i < part.Length; i++) part[i] = MathF.FusedMultiplyAdd(sigma, group[i], part[i]);
        }
    }

    /// <summary>Two normals from two words: sqrt(-2 ln u) (cos a, sin a), with u from the first word and the angle a from the second.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void BoxMuller<TWord, T>(in TWord radiusWord, in TWord angleWord, ref float group)
        where TWord : struct, IWordLanes<TWord, T>
        where T : struct, ISingleLanes<T>
    {
        // u = (n + 1/2) / 2^31 with n of 31 bits: never 0, and fine-grained where it is small, that is, in the tails.
        T u = T.Fma(TWord.ToReal(radiusWord >>> 1), T.Broadcast(1.0 / (1L << 31)), T.Broadcast(1.0 / (1L << 32)));
        T radius = T.Sqrt(T.Broadcast(-2) * SingleMath.LogOfNormal(u, T.Zero));
        // The angle in quarter turns, from -2 to 2: its reduction is exact.
        T turns = TWord.ToReal(angleWord) * T.Broadcast(1.0 / (1L << 30));
        T quadrant = T.Round(turns);
        SingleMath.SinCosOfReduced(quadrant, (turns - quadrant) * T.Broadcast(Math.PI / 2), out T sin, out T cos);
        T.Store(radius * cos, ref group, 0);
        T.Store(radius * sin, ref group, GroupBlocks);
    }
}
