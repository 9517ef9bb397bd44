using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Innkeeper.Arp;
using Innkeeper.OneArm;
using Innkeeper.Wire;

namespace Innkeeper.Tests.OneArm;

/// <summary>Sequences of what happens on a wire, against a wire that knows who is on it.</summary>
public sealed class LanResponderSequenceTests
{
    private static readonly string[] s_targets = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "137.118.199.200", "137.118.199.254"];
    private static readonly string[] s_requesters = ["10.0.0.9", "10.0.0.8", "10.9.9.9", "137.118.199.20", "137.118.199.21"];

    private enum Deed
    {
        Ask,
        AskUnicast,
        AskForRouter,
        OwnerComes,
        OwnerGoes,
        Wait,
    }

    [Property(MaxTest = 300)]
    public Property Sequence_OfAnything_KeepsThePromises() => Prop.ForAll(Steps(), steps =>
    {
        var wire = new WireModel();
        foreach (var (deed, who, what, time) in steps)
        {
            wire.Do(deed, who, what, time);
        }

        wire.Pass(TimeSpan.FromSeconds(2));
        return true;
    });

    private static Arbitrary<(Deed Deed, int Who, int What, int Time)[]> Steps() => Arb.From(
        (from deed in Gen.Frequency((6, Gen.Constant(Deed.Ask)), (1, Gen.Constant(Deed.AskUnicast)), (1, Gen.Constant(Deed.AskForRouter)),
             (2, Gen.Constant(Deed.OwnerComes)), (2, Gen.Constant(Deed.OwnerGoes)), (6, Gen.Constant(Deed.Wait)))
         from who in Gen.Choose(0, s_requesters.Length - 1)
         from what in Gen.Choose(0, s_targets.Length - 1)
         from time in Gen.Elements(50, 400, 1000, 1000, 1000, 5000, 70_000)
         select (deed, who, what, time)).ArrayOf(120),
        steps => Enumerable.Range(0, steps.Length).Select(i => steps.Where((_, j) => j != i).ToArray()));

    private sealed class WireModel
    {
        private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(50);

        private readonly LanResponder _responder = LanResponderTests.NewResponder();
        private readonly bool[] _isThere = new bool[s_targets.Length];
        private readonly HashSet<ArpRequester>[] _corrected = [.. s_targets.Select(_ => new HashSet<ArpRequester>())];
        private readonly Dictionary<(int Who, int What), List<TimeSpan>> _asked = [];
        private readonly Dictionary<(int Who, int What), TimeSpan> _deadlines = [];
        private readonly HashSet<int> _routerUsers = [];
        private TimeSpan _now = TimeSpan.FromHours(1);

        public void Do(Deed deed, int who, int what, int time)
        {
            switch (deed)
            {
                case Deed.Ask or Deed.AskUnicast:
                    Ask(who, what, deed == Deed.AskUnicast);
                    break;
                case Deed.AskForRouter:
                    if (IsLocal(who))
                    {
                        _routerUsers.Add(who);
                    }

                    Assert.False(Say(ArpMessage.Request(MacOf(who), AddressOf(who), LanResponderTests.Ip("137.118.199.1")), MacAddress.Broadcast) is ArpVerdict.Answer or ArpVerdict.AskFirst);
                    break;
                case Deed.OwnerComes when !_isThere[what]:
                    _isThere[what] = true;
                    OwnerSpeaks(what);
                    break;
                case Deed.OwnerGoes when _isThere[what]:
                    _isThere[what] = false;
                    foreach (var key in _asked.Keys.Where(k => k.What == what && !IsLocal(k.Who)).ToList())
                    {
                        _asked.Remove(key);
                    }

                    break;
                case Deed.Wait:
                    Pass(TimeSpan.FromMilliseconds(time));
                    break;
            }
        }

        public void Pass(TimeSpan time)
        {
            for (var end = _now + time; _now < end;)
            {
                _now += s_tick;
                foreach (var (requester, target) in _responder.TakeDue(_now))
                {
                    Answered(Enumerable.Range(0, s_requesters.Length).Single(i => MacOf(i) == requester.Mac), Array.FindIndex(s_targets, t => LanResponderTests.Ip(t) == target));
                }

                Assert.DoesNotContain(_deadlines.Values, deadline => deadline < _now);
            }
        }

        private void Ask(int who, int what, bool isUnicast)
        {
            var target = LanResponderTests.Ip(s_targets[what]);
            var verdict = Say(ArpMessage.Request(MacOf(who), AddressOf(who), target), isUnicast ? MacAddress.Parse("02:00:00:00:00:a1") : MacAddress.Broadcast);
            if (!_asked.TryGetValue((who, what), out var times))
            {
                _asked[(who, what)] = times = [];
            }

            times.Add(_now);
            if (verdict == ArpVerdict.Answer)
            {
                Answered(who, what);
            }
            else if (times.Count >= 2 && verdict != ArpVerdict.LiveOwner && !_isThere[what] && !IsLocal(who) && !s_targets[what].StartsWith("137.", StringComparison.Ordinal))
            {
                // An answer within a second of a second request for an unowned target. One whose owner spoke within the last second is not that yet.
                _deadlines.TryAdd((who, what), _now + TimeSpan.FromSeconds(1));
            }

            if (verdict == ArpVerdict.AskFirst && _isThere[what])
            {
                OwnerSpeaks(what);
            }
        }

        private void Answered(int who, int what)
        {
            Assert.False(_isThere[what], $"{s_targets[what]} has an owner, and {s_requesters[who]} was answered");
            if (IsLocal(who))
            {
                Assert.DoesNotContain(who, _routerUsers);
                Assert.True(_asked.TryGetValue((who, what), out var times) && times.Count >= LanResponder.RequestsInVain, "a host of the LAN was answered too early");
            }
            else
            {
                Assert.False(s_targets[what].StartsWith("137.", StringComparison.Ordinal), "an interloper was answered for an address of the LAN");
            }

            _corrected[what].Add(new ArpRequester(MacOf(who), AddressOf(who)));
            _deadlines.Remove((who, what));
        }

        private void OwnerSpeaks(int what)
        {
            var mac = new MacAddress(0x020000000200 + (ulong)what);
            var corrected = _responder.Heard(ArpMessage.Announcement(mac, LanResponderTests.Ip(s_targets[what])), mac, _now);
            Assert.Equal(_corrected[what].OrderBy(a => a.Mac), corrected.OrderBy(a => a.Mac));
            _corrected[what].Clear();

            // What a host of the LAN asked until now was not in vain.
            foreach (var key in _asked.Keys.Where(k => k.What == what && IsLocal(k.Who)).ToList())
            {
                _asked.Remove(key);
            }

            foreach (var key in _deadlines.Keys.Where(k => k.What == what).ToList())
            {
                _deadlines.Remove(key);
            }
        }

        private ArpVerdict Say(ArpMessage message, MacAddress to)
        {
            _responder.Heard(message, message.SenderMac, _now);
            return _responder.Decide(message, to, message.SenderMac, _now);
        }

        private static bool IsLocal(int who) => s_requesters[who].StartsWith("137.", StringComparison.Ordinal);

        private static MacAddress MacOf(int who) => new(0x020000000100 + (ulong)who);

        private static Ipv4Address AddressOf(int who) => LanResponderTests.Ip(s_requesters[who]);
    }
}
