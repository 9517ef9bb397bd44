using Innkeeper.ControlPlane;
using Innkeeper.Simulation.World;
using Innkeeper.Wire;

namespace Innkeeper.Simulation;

/// <summary>
/// One seed: a gateway, its devices and LANs, and what befalls them, one action a step. The same seed does the same every time.
/// </summary>
internal sealed class Driver
{
    private const int ActionsKept = 30;

    private readonly Random _random;

    /// <summary>For what was added later: the seeds that are kept go their old ways.</summary>
    private readonly Random _mishaps;
    private readonly bool _isOutsideSilent;
    private readonly Scenario _scenario;
    private readonly Gateway _gateway;
    private readonly DataPlaneModel _plane;
    private readonly Cable _wire;
    private readonly DeviceCrowd _crowd;
    private readonly UplinkLan _lan;
    private readonly Administrator _administrator;
    private readonly Invariants _invariants;
    private readonly LeaseLedger _ledger = new();
    private readonly Queue<string> _actions = new();
    private readonly (int Weight, Action Act)[] _table;
    private readonly int _weights;
    private bool _isCalm;
    private bool _isDatabaseEverLost;
    private int _step;

    public Driver(int seed)
    {
        (_random, _mishaps, _isOutsideSilent) = (new Random(seed), new Random(~seed), seed % 5 == 4);
        _scenario = Scenario.Of(_random);
        _gateway = new Gateway(_scenario, Settings.Of(_random, _scenario.IsOneArmed, _scenario.Devices), _ledger.Inspect, UplinkLan.Inspect);
        _plane = new DataPlaneModel(_gateway, _random, _isOutsideSilent);
        _wire = new Cable(_random, _gateway.Clock, () => _isCalm ? 0 : _scenario.Loss);
        _crowd = new DeviceCrowd(_gateway, _plane, _wire, _ledger, _random, Log);
        _lan = new UplinkLan(_gateway, _plane, _wire, _random, Log);
        _administrator = new Administrator(_gateway, _crowd, _random, Log);
        _invariants = new Invariants(_gateway);
        _table = Actions();
        _weights = _table.Sum(a => a.Weight);
    }

    public int Deaths => _gateway.Deaths;

    public int Acknowledged => _ledger.Acknowledged;

    public int Orders => _administrator.Given;

    public int Steps => _step;

    /// <returns>Null, or what went wrong.</returns>
    public Failure? Run()
    {
        try
        {
            Play();
            return null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new Failure(_step, e is InvariantViolatedException ? e.Message : e.ToString(), _scenario, _gateway.Settings.Text, [.. _actions]);
        }
    }

    private void Play()
    {
        for (var i = 0; i < _scenario.Devices; i++)
        {
            _crowd.Join();
        }

        Start();
        for (; _step < _scenario.Steps; _step++)
        {
            Act();
            Turn();
        }

        Calm();
    }

    private void Act()
    {
        if (_gateway.Core is null)
        {
            // For a while nobody minds the data plane.
            if (_random.Next(3) == 0)
            {
                Start();
                return;
            }
        }
        else if (_random.Next(25) == 0)
        {
            var calls = _random.Next(_random.Next(2) == 0 ? 10 : 200);
            Log($"the process dies after {calls} calls");
            _gateway.Crash.Arm(calls);
        }

        var pick = _random.Next(_weights);
        foreach (var (weight, act) in _table)
        {
            pick -= weight;
            if (pick < 0)
            {
                act();
                return;
            }
        }
    }

    /// <summary>What devices do is most of what happens; each of the others happens now and then.</summary>
    private (int Weight, Action Act)[] Actions() =>
    [
        (400, Speak),
        (30, () => _crowd.Discover(_crowd.Any)),
        (30, () => _crowd.Renew(_crowd.Any)),
        (10, () => _crowd.Release(_crowd.Any)),
        (20, () => _crowd.GoStatic(_crowd.Any)),
        (15, () => _crowd.Usurp(_crowd.Any)),
        (10, () => _crowd.Announce(_crowd.Any)),
        (10, () => _crowd.Roam(_crowd.Any)),
        (10, () => _crowd.Join()),
        (10, Leave),
        (10, () => _crowd.Flood(_random.Next(1, 40))),
        (15, _lan.Change),
        (15, _lan.Repeat),
        (20, _administrator.GiveOrder),
        (10, SilenceRouter),
        (15, ChangeInterfaces),
        (8, Reload),
        (5, SetClock),
        (10, BreakDisk),
        (4, Peer),
        (60, PassTime),
    ];

    private void Speak()
    {
        for (var i = _random.Next(1, Math.Max(2, _crowd.All.Count / 8)); i > 0; i--)
        {
            _crowd.Speak(_crowd.Any);
        }
    }

    private void Leave()
    {
        if (_crowd.All.Count > 1)
        {
            _crowd.Leave(_crowd.Any);
        }
    }

    private void SilenceRouter()
    {
        var uplink = _random.Next(2);
        _lan.IsSilent[uplink] = !_lan.IsSilent[uplink];
        Log($"router of uplink {uplink} {(_lan.IsSilent[uplink] ? "falls silent" : "answers again")}");
    }

    private void ChangeInterfaces()
    {
        switch (_random.Next(6))
        {
            case 0:
                _gateway.UplinkNetwork = _gateway.UplinkNetwork is null || _random.Next(2) == 0
                    ? new Ipv4Network(new Ipv4Address(Settings.UplinkNetwork.Address.Value + (uint)_random.Next(3)), Settings.UplinkNetwork.PrefixLength)
                    : null;
                break;
            case 1:
                _gateway.Router = _random.Next(3) == 0 ? null : Gateway.FirstRouter;
                break;
            case 2:
                _gateway.UplinkMac = new MacAddress(_gateway.UplinkMac.Value ^ 0x10);
                break;
            case 3:
                _gateway.HasSecondUplink = !_gateway.HasSecondUplink;
                break;
            default:
                var link = _random.Next(3) is var i and < 2 ? _gateway.Uplinks[i] : _gateway.Access;
                link.IsDown = !link.IsDown;
                Log("an interface goes down or comes up");
                return;
        }

        Log($"interfaces: uplink {_gateway.UplinkNetwork} {_gateway.UplinkMac}, router {_gateway.Router}, second {_gateway.HasSecondUplink}");
        _gateway.FollowInterfaces();
    }

    /// <summary>The process ends in good order and another starts with other settings.</summary>
    private void Reload()
    {
        var settings = Settings.Of(_random, _scenario.IsOneArmed, _scenario.Devices);
        Log("other settings");
        if (_gateway.Core is not null)
        {
            _gateway.Run(_ => _gateway.Disk.Flush());
            _gateway.Kill();
        }

        // Leases of another network, and of a pool that moved, do not bind the new server.
        _ledger.Clear();
        Start(settings);
    }

    private void SetClock()
    {
        var jump = TimeSpan.FromMinutes(_random.Next(3) switch { 0 => _random.Next(-2, 3), 1 => _random.Next(-600, 600), _ => _random.Next(-8000, 8000) });
        Log($"the wall clock jumps by {jump}");
        _gateway.Clock.Jump(jump);
    }

    private void BreakDisk()
    {
        _gateway.Disk.IsFailing = !_gateway.Disk.IsFailing;
        Log(_gateway.Disk.IsFailing ? "the disk fails" : "the disk works again");
    }

    /// <summary>One arm: another gateway says that it is there, or that it goes.</summary>
    private void Peer()
    {
        if (_gateway.IsOneArmed)
        {
            var frame = new byte[Advertisement.FrameSize];
            var mac = MacAddress.Parse("02:00:00:00:00:0f");
            new Advertisement((ushort)_random.Next(50, 150), _random.Next(2) == 0, _random.Next(3) == 0).Write(frame, mac);
            Log("another gateway speaks");
            _wire.Send(() => _plane.FromAccess(frame, 0));
        }
    }

    private void PassTime()
    {
        var time = _random.Next(10) switch
        {
            < 5 => TimeSpan.FromSeconds(_random.Next(1, 10)),
            < 8 => TimeSpan.FromSeconds(_random.Next(10, 120)),
            8 => TimeSpan.FromMinutes(_random.Next(2, 12)),
            _ => TimeSpan.FromMinutes(_random.Next(10, 90)),
        };
        Log($"{time} pass");
        _gateway.Clock.Advance(time);
        if (_isOutsideSilent)
        {
            // A device that nobody answers tries another address, as one does that looks for its network.
            var device = _crowd.Any;
            _crowd.GoStatic(device);
            _crowd.Speak(device);
        }
    }

    /// <summary>Everything that is under way goes on by a bit, and all that must hold is checked.</summary>
    private void Turn()
    {
        _gateway.Clock.Advance(TimeSpan.FromMilliseconds(_random.Next(3) == 0 ? 150 : _random.Next(30)));
        _wire.Deliver();
        _gateway.Run(core => core.Step(TimeSpan.Zero));
        if (_mishaps.Next(4) == 0)
        {
            _gateway.Disk.TakeSnapshot();
        }

        if (_isCalm || _random.Next(4) > 0)
        {
            _gateway.Run(_ => _gateway.Disk.Commit(_random.Next(1, 64)));
        }

        Deliver();
        Check();
    }

    /// <summary>What the gateway sent goes to those who hear it.</summary>
    private void Deliver()
    {
        foreach (var frame in _gateway.Access.Take())
        {
            _wire.Send(() => _crowd.Receive(frame));
        }

        for (var uplink = 0; uplink < _gateway.Uplinks.Count; uplink++)
        {
            var number = uplink;
            foreach (var frame in _gateway.Uplinks[uplink].Take())
            {
                _wire.Send(() => _lan.Receive(number, frame));
            }
        }

        // Frames that the gateway gives back to the data plane.
        foreach (var frame in _gateway.Stack.Take())
        {
            var vlan = EthernetPacket.TryParse(frame, out var ethernet) && ethernet.HasVlan ? ethernet.VlanId : (ushort)0;
            _plane.FromAccess(vlan == 0 ? frame : [.. frame[..12], .. frame[16..]], vlan);
        }

        _gateway.Return.Take();
    }

    private void Check()
    {
        _invariants.CheckMaps();
        if (_gateway.Core is { } core)
        {
            _invariants.CheckCore(core);
            _administrator.Check(core);
        }
        else
        {
            _ledger.OnDeath();
        }
    }

    private void Start(Settings? settings = null)
    {
        _ledger.OnDeath();
        if (!_isCalm && _mishaps.Next(10) == 0)
        {
            LoseDatabase();
        }

        _invariants.OnDeath();
        var isWhole = _gateway.Disk.IsWhole;
        var blocked = _gateway.Blocked.Blocked;
        var slots = _gateway.Map.Slots.Values.ToList();
        _gateway.UplinkNetwork ??= Settings.UplinkNetwork;
        if (_random.Next(4) == 0 && !_isCalm)
        {
            _gateway.Crash.Arm(_random.Next(200));
        }

        if (_gateway.Start(settings))
        {
            Log($"a process starts with {_gateway.Core!.Registry.Bindings.Count} bindings");
            _gateway.Crash.Disarm();
            _invariants.CheckDecisionsKept(_gateway.Core, blocked, isWhole ? [] : slots);
        }
        else
        {
            Log("a process dies at its start");
        }

        _invariants.OnStart();
        Check();
    }

    /// <summary>While no process runs, the database is damaged or removed, now and then with every snapshot. The pins are whole.</summary>
    private void LoseDatabase()
    {
        var isSnapshotLostToo = _mishaps.Next(3) == 0;
        Log(isSnapshotLostToo ? "the database and its snapshots are lost" : "the database is lost; there may be a snapshot");
        _isDatabaseEverLost = true;
        _gateway.Disk.LoseDatabase(isSnapshotLostToo);
        _ledger.Clear();
        _administrator.OnLoss();
        _invariants.OnLoss();
    }

    /// <summary>All faults end: after a while the disk and the maps say the same, and a restart changes nothing.</summary>
    private void Calm()
    {
        Log("calm");
        _isCalm = true;
        _gateway.Crash.Disarm();
        _gateway.Disk.IsFailing = false;
        foreach (var link in (SimulatedLink[])[.. _gateway.Uplinks, _gateway.Access])
        {
            link.IsDown = false;
        }

        Array.Clear(_lan.IsSilent);
        (_gateway.UplinkNetwork, _gateway.Router, _gateway.HasSecondUplink) = (_gateway.UplinkNetwork ?? Settings.UplinkNetwork, Gateway.FirstRouter, true);
        _gateway.FollowInterfaces();
        if (_gateway.Core is null)
        {
            Start();
        }

        for (var i = 0; i < 40; i++)
        {
            Turn();
        }

        _gateway.Run(_ => _gateway.Disk.Flush());
        _invariants.CheckDisk(_gateway.Core!);
        CheckRestart(_gateway.Core!);
        if (!_isDatabaseEverLost)
        {
            _gateway.Clock.Advance(TimeSpan.FromSeconds(11));
            _gateway.Run(core => core.Step(TimeSpan.Zero));
            _invariants.CheckTold(_gateway.Core!, _administrator.IsOrderedAbout);
        }
    }

    /// <summary>A restart in calm ends no binding: all go on, but for those whose time is over meanwhile or whose device is treated otherwise now.</summary>
    private void CheckRestart(ControlCore core)
    {
        var devices = core.Policy.Devices.Devices;
        var before = core.Registry.Bindings.Values.Where(b => (b.Outside != Ipv4Address.Any || b.Policy.IsHeld) && _gateway.Map.IdleFor(b.Number, _gateway.Now) < _gateway.Network.Idle - TimeSpan.FromSeconds(30)).ToList();
        var wasThere = core.Registry.Bindings.Values.Select(b => b.Claim).ToHashSet();
        var isConfirmed = before.Where(b => _gateway.Map.IsConfirmed(b.Number)).Select(b => b.Number).ToHashSet();
        _gateway.Kill();
        Start();
        foreach (var binding in before)
        {
            var device = _gateway.Core!.Policy.Find(binding.Claim.Station.Mac);
            var isTreatedAlike = device is not null && devices.TryGetValue(device.Mac, out var known) && (known.Profile, known.Admission.State) == (device.Profile, device.Admission.State);
            var after = _gateway.Core.Registry.Find(binding.Claim);

            // Where there is no room, a device with a pinned address takes the place of one that is not confirmed.
            if (after is null && !isConfirmed.Contains(binding.Number) && _gateway.Core.Registry.Bindings.Values.Any(b => _gateway.Core.Registry.HasPin(b.Claim.Station.Mac) && !wasThere.Contains(b.Claim)))
            {
                continue;
            }

            // What shared an address may have one of its own by now.
            if (isTreatedAlike && (after?.Number != binding.Number || (binding.HasOwn && after.Legal != binding.Legal)))
            {
                throw new InvariantViolatedException($"{binding} does not go on after a restart in calm: {after}");
            }
        }
    }

    private void Log(string action)
    {
        _actions.Enqueue($"{_step}: {action}");
        if (_actions.Count > ActionsKept)
        {
            _actions.Dequeue();
        }
    }
}

/// <summary>What went wrong in a seed, where, and what led to it.</summary>
internal sealed record Failure(int Step, string What, Scenario Scenario, string Settings, IReadOnlyList<string> Actions);
