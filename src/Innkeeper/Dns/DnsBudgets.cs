using Innkeeper.Bindings;
using Innkeeper.Events;
using Innkeeper.Wire;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Dns;

/// <summary>
/// Limits each device's use of the DNS service. A device that waits for approval can ask as much as a portal needs, and no more: otherwise
/// names and TXT records carry its traffic past the approval. Reports devices that go on beyond their limits, each once an hour. No I/O, clock or
/// log; one thread.
/// </summary>
/// <param name="missesPerSecond">Questions for servers that an approved device may cause each second; 0: any number.</param>
/// <param name="askerOf">The device behind an inside address.</param>
/// <param name="tell">Takes events.</param>
internal sealed class DnsBudgets(int missesPerSecond, Func<Ipv4Address, DnsAsker> askerOf, Action<GatewayEvent> tell)
{
    /// <summary>Questions for servers at once, of all devices.</summary>
    public const int MaxPending = 8192;

    /// <summary>Octets of the cache while memory is short; an eighth of it while it is very short.</summary>
    public const long ShedCache = 2 << 20;

    /// <summary>Under a memory limit: octets of room for each question that waits. Its socket alone takes 4 KiB of the kernel's memory.</summary>
    public const long RoomOfQuestion = 16 << 10;

    /// <summary>Questions for servers at once by TCP or TLS, of all devices.</summary>
    public const int MaxStreams = 256;

    /// <summary>Of a held device: octets of questions and answers each second (64 kbit/s), and four seconds' worth at once.</summary>
    public const int HeldOctets = 8000;

    /// <summary>Of a held device: new names each second, and four seconds' worth at once. A phone asks for about ten to find the portal.</summary>
    public const int HeldNames = 5;

    /// <summary>A question that no portal needs (another type, a long name) counts as so many.</summary>
    public const int UnusualNames = 5;

    /// <summary>Of all held devices of a VLAN together: new names each second. Invented devices have no more than this.</summary>
    public const int HeldNamesOfVlan = 100;

    /// <summary>A device is reported after so many refusals within <see cref="Window"/>.</summary>
    public const int Reported = 100;

    /// <summary>Octets of a name without encoded data, and of a label.</summary>
    private const int OrdinaryName = 100;

    private const int OrdinaryLabel = 40;

    /// <summary>Devices whose refusals are counted; beyond it, all start again.</summary>
    private const int MaxCounted = 4096;

    /// <summary>In hundredths of the places for questions: how many are taken when they run low, and when there are enough again.</summary>
    private const int Low = 80;

    private const int Enough = 50;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan s_heldBurst = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_quiet = TimeSpan.FromHours(1);

    private readonly Budget<Station> _misses = new(missesPerSecond, s_second);
    private readonly Budget<Station> _heldOctets = new(HeldOctets, s_heldBurst);
    private readonly Budget<Station> _heldNames = new(HeldNames, s_heldBurst);
    private readonly Budget<ushort> _heldNamesOfVlan = new(HeldNamesOfVlan, s_heldBurst);
    private readonly Dictionary<Ipv4Address, Station> _heldBy = [];
    private readonly Dictionary<Station, (TimeSpan Since, int Count, TimeSpan? Told)> _refused = [];
    private bool _isLow;

    /// <summary>Questions that servers are being asked.</summary>
    public SharedPlaces Pending { get; } = new(MaxPending);

    /// <summary>Those of them that go by TCP or TLS.</summary>
    public SharedPlaces Streams { get; } = new(MaxStreams);

    /// <summary>A client asks: who it is, and whether its question is looked at.</summary>
    public bool TryAsk(in DnsClient client, int octets, TimeSpan now, out DnsAsker asker)
    {
        asker = askerOf(client.Address);
        if (!asker.IsHeld)
        {
            if (_heldBy.Count > 0)
            {
                _heldBy.Remove(client.Address);
            }

            return true;
        }

        if (_heldBy.Count >= MaxCounted)
        {
            _heldBy.Clear();
        }

        _heldBy[client.Address] = asker.Station;
        return _heldOctets.TryTake(asker.Station, now, octets);
    }

    /// <summary>A client gets an answer. It is sent in any case; a held device that has used up its octets is not heard for a while.</summary>
    public void Answered(in DnsClient client, int octets, TimeSpan now)
    {
        if (_heldBy.TryGetValue(client.Address, out var station))
        {
            _heldOctets.Charge(station, now, octets);
        }
    }

    /// <summary>Whether servers may be asked a device's question; takes a place among <see cref="Pending"/>.</summary>
    public bool TryMiss(in DnsAsker asker, in DnsQuestion question, TimeSpan now)
    {
        if (asker.IsHeld ? !TakeNames(asker, question, now) : !_misses.Has(asker.Station, now))
        {
            return false;
        }

        if (!Pending.TryTake(asker))
        {
            return false;
        }

        if (!asker.IsHeld)
        {
            _misses.Charge(asker.Station, now, 1);
        }

        ReportLow();
        return true;
    }

    /// <summary>A question was refused, or not even answered.</summary>
    /// <param name="query">The message.</param>
    public void Refused(in DnsAsker asker, ReadOnlySpan<byte> query, TimeSpan now)
    {
        if (_refused.Count >= MaxCounted)
        {
            _refused.Clear();
        }

        var entry = _refused.TryGetValue(asker.Station, out var known) && now - known.Since < Window ? known : (now, 0, known.Told);
        entry.Item2++;
        if (entry.Item2 >= Reported && (entry.Item3 is not { } told || now - told >= s_quiet))
        {
            entry.Item3 = now;
            tell(new DnsLimitReached(asker.Station.Mac, asker.IsHeld, entry.Item2, now - entry.Item1, Pending.UsedBy(asker.Station), NameOf(query)));
        }

        _refused[asker.Station] = entry;
    }

    /// <summary>How many questions of a device were refused within the present <see cref="Window"/>.</summary>
    public int RefusedOf(Station station, TimeSpan now) => _refused.TryGetValue(station, out var entry) && now - entry.Since < Window ? entry.Count : 0;

    /// <summary>A question has no place any more.</summary>
    public void Finished(Station owner)
    {
        Pending.Return(owner);
        _isLow &= 100L * Pending.Used >= (long)Enough * Pending.Capacity;
    }

    private bool TakeNames(in DnsAsker asker, in DnsQuestion question, TimeSpan now)
    {
        var names = IsUnusual(question) ? UnusualNames : 1;
        if (!_heldNames.Has(asker.Station, now, names) || !_heldNamesOfVlan.Has(asker.Station.Vlan, now))
        {
            return false;
        }

        _heldNames.Charge(asker.Station, now, names);
        _heldNamesOfVlan.Charge(asker.Station.Vlan, now, 1);
        return true;
    }

    private static bool IsUnusual(in DnsQuestion question)
    {
        if (question.Name.Length > OrdinaryName
            || question.Type is not (DnsType.A or DnsType.Aaaa or DnsType.Https or DnsType.Svcb or DnsType.Ptr or DnsType.Soa or DnsType.Ns or DnsType.Cname or DnsType.Srv))
        {
            return true;
        }

        for (int at = 0, length; (length = question.Name[at]) > 0; at += 1 + length)
        {
            if (length > OrdinaryLabel)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The end of the name, which is the zone: a tunnel's data is in front of it.</summary>
    private static string NameOf(ReadOnlySpan<byte> query)
    {
        if (!DnsQuery.TryRead(query, out var read, out _))
        {
            return "a name that cannot be read";
        }

        var name = DnsName.Format(read.Question.Name).TrimEnd('.');
        return name.Length <= SafeText.MaxHostName ? name : $"...{name[^(SafeText.MaxHostName - 3)..]}";
    }

    private void ReportLow()
    {
        if (!_isLow && 100L * Pending.Used >= (long)Low * Pending.Capacity)
        {
            _isLow = true;
            var most = Pending.Most;
            tell(new DnsPendingLow(Pending.Used, Pending.Capacity, most?.Station.Mac, most?.Count ?? 0));
        }
    }
}
