using System.Runtime.CompilerServices;
using Innkeeper.Events;
using Innkeeper.Management;

namespace Innkeeper.Hosting;

/// <summary>
/// Keeps the process within its control group's memory limit: sheds what may be shed before the kernel would end the process, and says so once.
/// </summary>
/// <param name="read">Octets used and allowed; null: not readable now.</param>
/// <param name="shed">Gets the level (0 is ordinary, 1 keeps less, 2 keeps the least), and the octets that the process may grow by from its start.</param>
internal sealed class MemoryGuard(Func<(long Used, long Limit)?> read, Action<int, long> shed, EventLog events) : IMemoryStatus, IDisposable
{
    /// <summary>In hundredths of the limit: from where less is kept, from where the least, and where there is enough again.</summary>
    public const int Low = 80;

    public const int VeryLow = 90;

    private const int Enough = 65;

    /// <summary>Room for the runtime's own and the kernel's memory of this process: threads, sockets, the database.</summary>
    private const long Native = 32 << 20;

    private const long LeastHeap = 24 << 20;
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);

    /// <summary>A collection that gives memory back stops all threads for some milliseconds.</summary>
    private const int LooksBetweenCollections = 8;

    private Timer? _timer;
    private long _room;

    /// <summary>Replaced as a whole: other threads read it.</summary>
    private volatile StrongBox<(long Used, long Limit)> _now = new();
    private int _sinceCollection = LooksBetweenCollections;

    /// <inheritdoc/>
    public (long Used, long Limit) Now => _now.Value;

    /// <inheritdoc/>
    public int Level { get; private set; }

    /// <summary>Null where no limit applies.</summary>
    public static MemoryGuard? Start(ControlGroup? group, Action<int, long> shed, EventLog events)
    {
        if (group is null)
        {
            return null;
        }

        var guard = new MemoryGuard(group.Read, shed, events);
        guard.Begin();
        LimitHeap(guard.Now);
        guard._timer = new Timer(_ => guard.Look(), null, s_interval, s_interval);
        return guard;
    }

    /// <summary>The first look: what is free now is what the process may grow by.</summary>
    public void Begin()
    {
        if (read() is { } now)
        {
            _room = Math.Max(0, now.Limit - now.Used);
            shed(0, _room);
        }

        Look();
    }

    /// <summary>Looks at the memory, and acts.</summary>
    public void Look()
    {
        if (read() is not { } now)
        {
            return;
        }

        _now = new(now);
        _sinceCollection++;
        var percent = 100 * now.Used / now.Limit;
        var level = percent >= VeryLow ? 2 : percent >= Low ? Math.Max(Level, 1) : percent < Enough ? 0 : Level;
        if (level != Level)
        {
            Report(level, now);
            Level = level;
            shed(level, _room);
        }

        if (level > 0 && percent >= Low && _sinceCollection >= LooksBetweenCollections)
        {
            _sinceCollection = 0;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }

    public void Dispose() => _timer?.Dispose();

    private void Report(int level, (long Used, long Limit) now)
    {
        if (Level == 0)
        {
            events.Add(new MemoryLow(now.Used >> 20, now.Limit >> 20));
        }
        else if (level == 0)
        {
            events.Add(new MemoryEnough(now.Used >> 20, now.Limit >> 20));
        }
    }

    /// <summary>
    /// The managed heap gets what the limit leaves beside the data plane's maps, which count too. Without this the runtime counts on three
    /// quarters of the limit, and lets garbage grow to that before it collects.
    /// </summary>
    private static void LimitHeap((long Used, long Limit) now)
    {
        if (now.Limit == 0)
        {
            return;
        }

        var others = Math.Max(0, now.Used - GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes);
        AppContext.SetData("GCHeapHardLimit", (ulong)Math.Max(LeastHeap, now.Limit - others - Native));
        try
        {
            GC.RefreshMemoryLimit();
        }
        catch (InvalidOperationException)
        {
            // The heap is larger already, or reserved otherwise: shedding is what is left.
        }
    }
}
