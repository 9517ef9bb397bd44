using Innkeeper.Interop;
using Innkeeper.Wire;

namespace Innkeeper.DataPlane.Tests.Pins;

/// <summary>Pins that an earlier process left, under the names of this version and of 0.1.0.</summary>
public sealed class PinTests : IDisposable
{
    private static readonly BigEndian32 s_legal = Ipv4Address.Parse("137.118.199.50");
    private static readonly ContactKey s_contact = new() { Binding = 2, Remote = Ipv4Address.Parse("203.0.113.10"), Protocol = 6 };
    private static readonly ClaimKey s_claim = new() { Mac = MacAddress.Parse("02:00:00:00:01:01"), Claimed = Ipv4Address.Parse("47.31.128.195") };

    private readonly string _bpffs = Path.Combine(Path.GetTempPath(), $"innkeeper-pins-{Guid.NewGuid():N}");
    private readonly PinFolder _pins;

    public PinTests()
    {
        Assert.SkipUnless(Environment.UserName == "root", "mounting a bpffs needs root");
        _pins = new PinFolder(_bpffs);
        _pins.Ensure();
    }

    public void Dispose()
    {
        if (Directory.Exists(Path.Combine(_bpffs, "programs")))
        {
            foreach (var pin in Directory.GetFiles(Path.Combine(_bpffs, "programs")))
            {
                File.Delete(pin);
            }

            Directory.Delete(Path.Combine(_bpffs, "programs"));
        }

        _pins.Remove();
    }

    [Fact]
    public void Load_PinsOfVersion010_AreTakenOverUnderTheNewNames()
    {
        _ = new OldVersion(_bpffs, _pins.Path);
        FillOld();

        using (var next = Load())
        {
            Assert.Equal(AdoptedFrom.Pins, next.Adopted);
            AssertFilled(next);
            AssertNewNamesOnly();
        }

        using var afterNext = Load();
        Assert.Equal(AdoptedFrom.Pins, afterNext.Adopted);
        AssertFilled(afterNext);
    }

    /// <summary>A version with fewer reasons to drop a packet left a smaller map: the counts go on, and the new reasons are counted too.</summary>
    [Fact]
    public void Load_DropsOfVersion010_GoOn()
    {
        _ = new OldVersion(_bpffs, _pins.Path);
        new PerCpuArray<ulong>("drops", Libbpf.bpf_obj_get(Path.Combine(_pins.Path, "drops")), 39).Set((uint)DropReason.NotForUs, 7);

        for (var start = 0; start < 2; start++)
        {
            using var next = Load();
            Assert.Equal((uint)Enum.GetValues<DropReason>().Max() + 1, next.Drops.Capacity);
            Assert.Equal(7ul, next.DropsOf(DropReason.NotForUs));
            Assert.Equal((ulong)start, next.DropsOf(DropReason.IcmpMtu));
            next.Drops.Set((uint)DropReason.IcmpMtu, 1);
        }
    }

    /// <summary>The pins went with a mount; the kernel's names of the maps are the old ones.</summary>
    [Fact]
    public void Load_ProgramsOfVersion010WithoutPins_AreTakenOver()
    {
        var old = new OldVersion(_bpffs, _pins.Path);
        FillOld();
        var link = $"ikt{Environment.ProcessId % 1_000_000}";
        Assert.Equal(0, OldVersion.Run("ip", "link", "add", link, "type", "veth"));
        try
        {
            var index = int.Parse(File.ReadAllText($"/sys/class/net/{link}/ifindex"), System.Globalization.CultureInfo.InvariantCulture);
            List<Hook> hooks = [new(index, link, Libbpf.BPF_TC_INGRESS, "from_access"), new(index, link, Libbpf.BPF_TC_INGRESS, "from_uplink"), new(index, link, Libbpf.BPF_TC_EGRESS, "to_uplink")];
            hooks.ForEach(hook =>
            {
                var program = Libbpf.bpf_obj_get(old.PinOf(hook.Program));
                if (!Tcx.TryAttach(hook, program, new LoadedPrograms(null), out _))
                {
                    Clsact.Attach(hook, program);
                }
            });
            foreach (var pin in Directory.GetFiles(_pins.Path))
            {
                File.Delete(pin);
            }

            using var next = BpfPlane.Load(64, 4096, _pins.Path, hooks);

            Assert.Equal(AdoptedFrom.Programs, next.Adopted);
            AssertFilled(next, abandoned: 0);
            AssertNewNamesOnly();
        }
        finally
        {
            _ = OldVersion.Run("ip", "link", "delete", link);
        }
    }

    [Fact]
    public void Load_SomePinsAreRenamedAlready_TakesOverAll()
    {
        using (var plane = Load())
        {
            Fill(plane);
        }

        GiveOldNames("contacts", "silent");
        using var next = Load();

        AssertFilled(next);
        AssertNewNamesOnly();
    }

    /// <summary>After a downgrade: version 0.1.0 found no pin of its own name, made a new map, and its programs use that one.</summary>
    [Fact]
    public void Load_BothNamesExist_TakesTheMapOfTheOldName()
    {
        using (var plane = Load())
        {
            Fill(plane);
        }

        GiveOldNames();
        using (var stale = BpfPlane.Load(64, 4096, null, []))
        {
            foreach (var name in RenamedMaps.Names.Values)
            {
                Assert.Equal(0, Libbpf.bpf_obj_pin(stale.MapFd(name), Path.Combine(_pins.Path, name)));
            }
        }

        using var next = Load();

        AssertFilled(next);
        AssertNewNamesOnly();
    }

    [Fact]
    public void RenamePins_WithoutOldNames_ChangesNothing()
    {
        using var plane = Load();
        Fill(plane);

        RenamedMaps.RenamePins(_pins.Path);
        RenamedMaps.RenamePins(Path.Combine(_bpffs, "none"));

        using var next = Load();
        AssertFilled(next);
    }

    /// <summary>The kernel cuts longer names, and a map without its pin is found by the kernel's name.</summary>
    [Fact]
    public void NamesOfMaps_FitTheKernel()
    {
        using var plane = Load();
        Assert.All(Directory.GetFiles(_pins.Path).Where(pin => !LoadedPrograms.IsPin(pin)), pin => Assert.InRange(Path.GetFileName(pin).Length, 1, 15));
    }

    private BpfPlane Load() => BpfPlane.Load(64, 4096, _pins.Path, []);

    private void GiveOldNames(params string[] names)
    {
        foreach (var (before, now) in RenamedMaps.Names.Where(n => names.Length == 0 || names.Contains(n.Key)))
        {
            File.Move(Path.Combine(_pins.Path, now), Path.Combine(_pins.Path, before), overwrite: true);
        }
    }

    private static void Fill(BpfPlane plane) => Fill(before => plane.MapFd(RenamedMaps.NameNow(before)));

    private void FillOld() => Fill(before => Libbpf.bpf_obj_get(Path.Combine(_pins.Path, before)));

    /// <param name="open">The map that had this name in version 0.1.0.</param>
    private static void Fill(Func<string, int> open)
    {
        Set(open("claims"), s_claim, 2u);
        Set(open("legals"), s_legal, 2u);
        Set(open("contacts"), s_contact, 3ul);
        Set(open("callers"), s_contact, 4ul);
        Set(open("silent"), s_legal, 5ul);
        Set(open("deserted"), 6u, (byte)1);
    }

    private static void Set<TKey, TValue>(int fd, TKey key, TValue value)
        where TKey : unmanaged
        where TValue : unmanaged => new BpfMap<TKey, TValue>("", fd, 1).Set(key, value);

    /// <param name="plane">What has taken over.</param>
    /// <param name="abandoned">0 where only programs at hooks were there: no such program uses that map.</param>
    private static void AssertFilled(BpfPlane plane, byte abandoned = 1)
    {
        Assert.True(plane.BindingIndex.TryGet(s_claim, out var number));
        Assert.True(plane.ExternalAddresses.TryGet(s_legal, out var legal));
        Assert.True(plane.SpokenTo.TryGet(s_contact, out var spoken));
        Assert.True(plane.CalledBy.TryGet(s_contact, out var called));
        Assert.True(plane.DotUnanswered.TryGet(s_legal, out var until));
        Assert.True(plane.ShareAbandoned.TryGet(6, out var mark));
        Assert.Equal((2u, 2u, 3ul, 4ul, 5ul, abandoned), (number, legal, spoken, called, until, mark));
    }

    private void AssertNewNamesOnly()
    {
        var names = Directory.GetFiles(_pins.Path).Select(Path.GetFileName).ToList();
        Assert.DoesNotContain(names, name => RenamedMaps.Names.ContainsKey(name!));
        Assert.All(RenamedMaps.Names.Values, name => Assert.Contains(name, names));
    }
}
