using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace MrfSimd;

/// <summary>Work that a <see cref="WorkerTeam"/> runs in numbered, independent parts.</summary>
public interface IParallelJob
{
    /// <summary>Does part number <paramref name="part"/>; parts run in any order on any thread.</summary>
    /// <param name="part">0 .. parts - 1.</param>
    /// <param name="worker">The number of the thread in the team, 0 for the caller: index of per-worker scratch.</param>
    void Execute(int part, int worker);
}

/// <summary>
/// A small team of threads for data-parallel loops that allocates nothing per loop. The caller takes part as worker 0; a team of
/// size 1 has no thread of its own. Each worker begins with a share of neighbouring parts, the same in equal loops, whose data its core's cache
/// may still hold, and then helps with the others'. Between loops the workers spin for a few microseconds and then sleep.
/// </summary>
/// <remarks>
/// One loop at a time: concurrent callers of one team wait for each other, so independent pipelines own a team each. Results do not
/// depend on the size as long as parts are independent, which is the contract of <see cref="IParallelJob"/>.
/// </remarks>
public sealed unsafe class WorkerTeam : IDisposable
{
    // About 20 microseconds: longer than the gap between the loops of a network's layers, far shorter than a scheduler tick.
    private const int SpinsBeforeSleep = 400;

    // Two cache lines, as the processor fetches them in pairs.
    private const int IntsApart = 32;

    private readonly Thread[] _threads;
    private readonly SemaphoreSlim[] _wake;
    private readonly Lock _gate = new();

    private delegate*<void*, int, int, void> _execute;
    private void* _job;
    private int _parts;

    // Of each worker, the next part of its own share.
    private readonly int[] _next;

    private int _active;
    private int _generation;
    private Exception? _failure;
    private volatile bool _stopping;

    // The team whose part this thread is working on: a part that started a loop on the same team would wait for itself.
    [ThreadStatic]
    private static WorkerTeam? t_working;

    /// <summary>Makes a team.</summary>
    /// <param name="size">Threads that work, the caller included; 0 means one per processor.</param>
    /// <exception cref="ArgumentException">size is negative.</exception>
    public WorkerTeam(int size = 0)
    {
        Check.NotNegative(size);
        Size = size == 0 ? Environment.ProcessorCount : size;
        _next = new int[Size * IntsApart];
        _threads = new Thread[Size - 1];
        _wake = new SemaphoreSlim[Size - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            int worker = i + 1;
            _wake[i] = new SemaphoreSlim(0);
            _threads[i] = new Thread(() => Work(worker)) { IsBackground = true, Name = $"MrfSimd worker {worker}" };
            _threads[i].Start();
        }
    }

    /// <summary>Threads that work, the caller included.</summary>
    public int Size { get; }

    /// <summary>A team of the caller alone.</summary>
    public static WorkerTeam CallerOnly { get; } = new(1);

    /// <summary>Runs parts 0 .. parts - 1 of the job and returns when all are done.</summary>
    /// <exception cref="ObjectDisposedException">The team is disposed.</exception>
    /// <exception cref="InvalidOperationException">Called from a part of a loop of the same team.</exception>
    /// <remarks>The first exception that a part throws is thrown here, after all running parts have ended.</remarks>
    public void Run<TJob>(ref TJob job, int parts) where TJob : struct, IParallelJob, allows ref struct
    {
        ObjectDisposedException.ThrowIf(_stopping, this);
        if (_threads.Length == 0 || parts <= 1)
        {
            for (int part = 0; part < parts; part++) job.Execute(part, 0);
            return;
        }
        if (t_working == this) throw new InvalidOperationException("A part of a loop must not start a loop on its own team.");
        Exception? failure;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            // The copy lives in this frame, which outlives the loop; the workers reach it through its address, and the collector updates
            // the references inside it there.
            TJob shared = job;
#pragma warning disable CS8500 // address of a managed type
            _job = Unsafe.AsPointer(ref shared);
#pragma warning restore CS8500
            _execute = &Invoke<TJob>;
            _parts = parts;
            _failure = null;
            for (int owner = 0; owner < Size; owner++) Volatile.Write(ref _next[owner * IntsApart], ShareStart(owner));
            Volatile.Write(ref _active, _threads.Length);
            Interlocked.Increment(ref _generation);
            foreach (SemaphoreSlim wake in _wake) wake.Release();
            TakeParts(0);
            SpinWait spin = default;
            while (Volatile.Read(ref _active) != 0) spin.SpinOnce(sleep1Threshold: -1);
            _job = null;
            failure = _failure;
            job = shared;
        }
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>Ends the threads; the team is not usable afterwards.</summary>
    public void Dispose()
    {
        if (_stopping || _threads.Length == 0) return;
        lock (_gate)
        {
            _stopping = true;
            foreach (SemaphoreSlim wake in _wake) wake.Release();
            foreach (Thread thread in _threads) thread.Join();
            foreach (SemaphoreSlim wake in _wake) wake.Dispose();
        }
    }

    private static void Invoke<TJob>(void* job, int part, int worker) where TJob : struct, IParallelJob, allows ref struct =>
        Unsafe.AsRef<TJob>(job).Execute(part, worker);

    private void Work(int worker)
    {
        SemaphoreSlim wake = _wake[worker - 1];
        int seen = 0;
        while (true)
        {
            for (int spin = 0; spin < SpinsBeforeSleep && Volatile.Read(ref _generation) == seen && !_stopping; spin++) Thread.SpinWait(8);
            wake.Wait();
            if (_stopping) return;
            seen = Volatile.Read(ref _generation);
            TakeParts(worker);
            Interlocked.Decrement(ref _active);
        }
    }

    private int ShareStart(int owner) => (int)((long)owner * _parts / Size);

    private void TakeParts(int worker)
    {
        WorkerTeam? outer = t_working;
        t_working = this;
        try
        {
            // Its own share first, then what others have not come to.
            for (int i = 0; i < Size; i++)
            {
                int owner = (worker + i) % Size, end = ShareStart(owner + 1);
                ref int next = ref _next[owner * IntsApart];
                while (Volatile.Read(ref next) < end)
                {
                    int part = Interlocked.Increment(ref next) - 1;
                    if (part < end) _execute(_job, part, worker);
                }
            }
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, e, null);
            for (int owner = 0; owner < Size; owner++) Volatile.Write(ref _next[owner * IntsApart], _parts);
        }
        t_working = outer;
    }
}
