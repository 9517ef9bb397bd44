using Innkeeper.Wire;

namespace Innkeeper.OneArm;

/// <summary>What to do about a message that speaks as the router, or as us.</summary>
internal enum GuardAction
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>It is known now, or anew, where the router is.</summary>
    RouterKnown,

    /// <summary>Ask the router where it was: is it still there?</summary>
    AskRouter,

    /// <summary>Before the router was known, several stations said that they are it: nobody is taken for an impostor, and all are asked again.</summary>
    Contested,

    /// <summary>The sender claims what is not its own: isolate it if it is an impostor, and announce who has the address in truth.</summary>
    Repair,

    /// <summary>As before, but it has been repaired often of late.</summary>
    LeaveUnrepaired,
}

/// <summary>
/// Keeps the router's address the router's, and ours ours. A second station that claims the router's is put to the test: while the first
/// answers where it was, the second is an impostor; when it does not, the router has moved (a spare, CARP), and that is respected.
/// At first the router is who alone says so for a second; while several do, nobody can tell who is right, and nobody is isolated.
/// Pure: messages and time in, actions out.
/// </summary>
internal sealed class ArpSpoofGuard(MacAddress own, Ipv4Address ownAddress, Ipv4Address? router)
{
    /// <summary>How long the router has to answer; it is asked at the beginning and half way.</summary>
    public static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(1);

    /// <summary>A station that claims nothing of that for this long is free again.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromMinutes(5);

    private const int MaxImpostors = 256;
    private const int MaxCandidates = 8;
    private const int MaxRepairs = 5;

    private readonly Dictionary<MacAddress, (Ipv4Address Claimed, TimeSpan Last)> _impostors = [];
    private readonly List<MacAddress> _candidates = [];
    private TimeSpan _firstCandidate;
    private (MacAddress Mac, TimeSpan Since, bool AskedTwice)? _suspect;
    private (TimeSpan Second, int Count) _repairs;

    /// <summary>Null while it has not been heard.</summary>
    public MacAddress? RouterMac { get; private set; }

    /// <summary>Who said to be the router when <see cref="GuardAction.Contested"/> was last said.</summary>
    public IReadOnlyList<MacAddress> Contenders { get; private set; } = [];

    /// <summary>The station that <see cref="GuardAction.Repair"/> was last said about, and the address it claims.</summary>
    public (MacAddress Mac, Ipv4Address Claimed) Impostor { get; private set; }

    public Ipv4Address? Router => router;

    public bool IsImpostor(MacAddress mac) => _impostors.ContainsKey(mac);

    /// <summary>The station that has an address we guard.</summary>
    public MacAddress? OwnerOf(Ipv4Address address) => address == ownAddress ? own : address == router ? RouterMac : null;

    /// <summary>Where an earlier process knew the router to be.</summary>
    public void Know(MacAddress mac) => RouterMac ??= mac;

    public GuardAction OnArp(in ArpMessage message, TimeSpan now)
    {
        if (message.SenderMac == own || message.SenderMac.IsMulticast || message.SenderIp == Ipv4Address.Any)
        {
            return GuardAction.None;
        }

        if (message.SenderIp == ownAddress)
        {
            return Convict(message.SenderMac, ownAddress, now);
        }

        if (message.SenderIp != router)
        {
            return GuardAction.None;
        }

        if (RouterMac is not { } known)
        {
            if (_candidates.Count == 0)
            {
                _firstCandidate = now;
            }

            if (_candidates.Count < MaxCandidates && !_candidates.Contains(message.SenderMac))
            {
                _candidates.Add(message.SenderMac);
            }

            return GuardAction.None;
        }

        if (message.SenderMac == known)
        {
            if (_suspect is not { } suspect)
            {
                return GuardAction.None;
            }

            _suspect = null;
            return Convict(suspect.Mac, message.SenderIp, now);
        }

        if (IsImpostor(message.SenderMac))
        {
            return Convict(message.SenderMac, message.SenderIp, now);
        }

        if (_suspect is not null)
        {
            return GuardAction.None;
        }

        _suspect = (message.SenderMac, now, false);
        return GuardAction.AskRouter;
    }

    /// <summary>What time alone brings.</summary>
    /// <param name="freed">Stations that are impostors no more.</param>
    public GuardAction Tick(TimeSpan now, out IReadOnlyList<MacAddress> freed)
    {
        freed = _impostors.Count == 0 ? [] : [.. _impostors.Where(i => now - i.Value.Last >= Memory).Select(i => i.Key)];
        foreach (var mac in freed)
        {
            _impostors.Remove(mac);
        }

        if (_candidates.Count > 0 && now - _firstCandidate >= AnswerTime)
        {
            Contenders = [.. _candidates];
            _candidates.Clear();
            if (Contenders.Count > 1)
            {
                return GuardAction.Contested;
            }

            return Found(Contenders[0]);
        }

        if (_suspect is not { } suspect)
        {
            return GuardAction.None;
        }

        if (now - suspect.Since >= AnswerTime)
        {
            _suspect = null;
            return Found(suspect.Mac);
        }

        if (!suspect.AskedTwice && now - suspect.Since >= AnswerTime / 2)
        {
            _suspect = suspect with { AskedTwice = true };
            return GuardAction.AskRouter;
        }

        return GuardAction.None;
    }

    /// <summary>When <see cref="Tick"/> has something urgent to do.</summary>
    public TimeSpan? NextDue =>
        _candidates.Count > 0 ? _firstCandidate + AnswerTime
        : _suspect is { } suspect ? suspect.Since + (suspect.AskedTwice ? AnswerTime : AnswerTime / 2) : null;

    private GuardAction Found(MacAddress mac)
    {
        RouterMac = mac;
        _impostors.Remove(mac);
        return GuardAction.RouterKnown;
    }

    /// <summary>The router itself (by proxy ARP it speaks for others' addresses) is put right, but never isolated: the LAN goes through it.</summary>
    private GuardAction Convict(MacAddress mac, Ipv4Address claimed, TimeSpan now)
    {
        if (mac != RouterMac && (_impostors.Count < MaxImpostors || IsImpostor(mac)))
        {
            _impostors[mac] = (claimed, now);
        }

        Impostor = (mac, claimed);
        var second = TimeSpan.FromSeconds(Math.Floor(now.TotalSeconds));
        _repairs = _repairs.Second == second ? (second, _repairs.Count + 1) : (second, 1);
        return _repairs.Count <= MaxRepairs ? GuardAction.Repair : GuardAction.LeaveUnrepaired;
    }
}
