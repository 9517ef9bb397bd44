using Innkeeper.Wire;

namespace Innkeeper.OneArm;

/// <summary>The action on a message that claims the router's address, or the gateway's own.</summary>
internal enum GuardAction
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>The router's station is known now, or has changed.</summary>
    RouterKnown,

    /// <summary>Ask the router at its last known station: is it still there?</summary>
    AskRouter,

    /// <summary>Before the router was known, several stations claimed its address: none is taken for a spoofer, and all are asked again.</summary>
    Contested,

    /// <summary>The sender claims an address that is not its own: isolate it if it is a spoofer, and announce the real owner.</summary>
    Correct,

    /// <summary>As <see cref="Correct"/>, but the address was corrected often in the last minutes.</summary>
    LeaveUncorrected,
}

/// <summary>
/// Protects the router's address and the gateway's own. A second station that claims the router's is put to the test: while the first
/// still answers, the second is a spoofer; if it does not, the router has moved (a spare, CARP), and the guard accepts that.
/// At first the router is the only station that claims the address for a second; while several do, it is not known which is right, and none
/// is isolated. Has no I/O, clock or log: messages and time in, actions out.
/// </summary>
internal sealed class ArpSpoofGuard(MacAddress own, Ipv4Address ownAddress, Ipv4Address? router)
{
    /// <summary>How long the router has to answer; it is asked at the beginning and halfway.</summary>
    public static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(1);

    /// <summary>A station that makes no such claim for this long is free again.</summary>
    public static readonly TimeSpan ReleaseTime = TimeSpan.FromMinutes(5);

    private const int MaxSpoofers = 256;
    private const int MaxCandidates = 8;
    private const int MaxCorrections = 5;

    private readonly Dictionary<MacAddress, (Ipv4Address Claimed, TimeSpan Last)> _spoofers = [];
    private readonly List<MacAddress> _candidates = [];
    private TimeSpan _firstCandidate;
    private (MacAddress Mac, TimeSpan Since, bool AskedTwice)? _suspect;
    private (TimeSpan Second, int Count) _corrections;

    /// <summary>Null while the router has not been heard.</summary>
    public MacAddress? RouterMac { get; private set; }

    /// <summary>The stations that claimed the router's address when <see cref="GuardAction.Contested"/> was last returned.</summary>
    public IReadOnlyList<MacAddress> Contenders { get; private set; } = [];

    /// <summary>The station that <see cref="GuardAction.Correct"/> was last returned for, and the address it claims.</summary>
    public (MacAddress Mac, Ipv4Address Claimed) Spoofer { get; private set; }

    public Ipv4Address? Router => router;

    public bool IsSpoofer(MacAddress mac) => _spoofers.ContainsKey(mac);

    /// <summary>The owner of an address that is guarded.</summary>
    public MacAddress? OwnerOf(Ipv4Address address) => address == ownAddress ? own : address == router ? RouterMac : null;

    /// <summary>The router's station as an earlier process knew it.</summary>
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

        if (IsSpoofer(message.SenderMac))
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

    /// <summary>Does what is due by time alone.</summary>
    /// <param name="freed">Stations that are no longer spoofers.</param>
    public GuardAction Tick(TimeSpan now, out IReadOnlyList<MacAddress> freed)
    {
        freed = _spoofers.Count == 0 ? [] : [.. _spoofers.Where(i => now - i.Value.Last >= ReleaseTime).Select(i => i.Key)];
        foreach (var mac in freed)
        {
            _spoofers.Remove(mac);
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
        _spoofers.Remove(mac);
        return GuardAction.RouterKnown;
    }

    /// <summary>
    /// The router itself (by proxy ARP it answers for others' addresses) is corrected, but never isolated: the LAN's traffic goes through it.
    /// </summary>
    private GuardAction Convict(MacAddress mac, Ipv4Address claimed, TimeSpan now)
    {
        if (mac != RouterMac && (_spoofers.Count < MaxSpoofers || IsSpoofer(mac)))
        {
            _spoofers[mac] = (claimed, now);
        }

        Spoofer = (mac, claimed);
        var second = TimeSpan.FromSeconds(Math.Floor(now.TotalSeconds));
        _corrections = _corrections.Second == second ? (second, _corrections.Count + 1) : (second, 1);
        return _corrections.Count <= MaxCorrections ? GuardAction.Correct : GuardAction.LeaveUncorrected;
    }
}
