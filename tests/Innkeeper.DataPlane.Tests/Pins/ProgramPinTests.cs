using System.Runtime.InteropServices;
using Innkeeper.Interop;

namespace Innkeeper.DataPlane.Tests.Pins;

/// <summary>A gateway without CAP_SYS_ADMIN knows the programs of earlier starts by their pins.</summary>
public sealed partial class ProgramPinTests : IDisposable
{
    private static readonly string s_link = $"ikp{Environment.ProcessId % 1_000_000}";

    private readonly PinFolder _pins = new(Path.Combine(Path.GetTempPath(), $"innkeeper-pins-{Guid.NewGuid():N}"));
    private readonly List<Hook> _hooks;

    public ProgramPinTests()
    {
        Assert.SkipUnless(Environment.UserName == "root", "mounting a bpffs needs root");
        _pins.Ensure();
        Assert.Equal(0, OldVersion.Run("ip", "link", "add", s_link, "type", "veth"));
        var index = int.Parse(File.ReadAllText($"/sys/class/net/{s_link}/ifindex"), System.Globalization.CultureInfo.InvariantCulture);
        _hooks = [new(index, "ik-stack", Libbpf.BPF_TC_EGRESS, "from_stack"), new(index, s_link, Libbpf.BPF_TC_INGRESS, "from_access"), new(index, s_link, Libbpf.BPF_TC_INGRESS, "from_uplink")];
    }

    private IEnumerable<string> ProgramPins => Directory.GetFiles(_pins.Path).Where(LoadedPrograms.IsPin);

    public void Dispose()
    {
        _ = OldVersion.Run("ip", "link", "delete", s_link);
        _pins.Remove();
    }

    [Fact]
    public void Attach_TakesThePlaceOfAnEarlierStartsPrograms_AndTheirPinsGo()
    {
        WithoutSysAdmin(() =>
        {
            using (var first = Load())
            {
                _hooks.ForEach(first.Attach);
            }

            using var second = Load();
            Assert.Equal(AdoptedFrom.Pins, second.Adopted);
            Assert.Equal(8, ProgramPins.Count());
            _hooks.ForEach(second.Attach);
            second.ForgetEarlierPrograms();

            Assert.All(_hooks, hook => Assert.Single(NumbersAt(hook), id => second.Programs.IsOurs(id, hook.Program)));
            Assert.Equal(4, ProgramPins.Count());
            Assert.All(_hooks, hook => Assert.True(second.IsAttached(hook) && BpfPlane.Detach(hook, second.Programs) && !second.IsAttached(hook)));
        });
    }

    /// <summary>As version 0.1.0 left them, or where the bpffs was unmounted: unknown programs would translate packets a second time.</summary>
    [Fact]
    public void Load_BesideUnpinnedPrograms_IsRefused_UntilRootPinnedThem()
    {
        using (var first = Load())
        {
            _hooks.ForEach(first.Attach);
            first.Blocked.Set(new StationKey { Vlan = 7 }, 1);
        }

        Array.ForEach(Directory.GetFiles(_pins.Path), File.Delete);
        WithoutSysAdmin(() => Assert.Contains("`innkeeper prepare --owner USER`", Assert.Throws<DataPlaneException>(Load).Message));

        EarlierPins.Complete(_pins.Path, _hooks);
        Assert.Equal(3, ProgramPins.Count());
        WithoutSysAdmin(() =>
        {
            using var second = Load();
            Assert.Equal(AdoptedFrom.Pins, second.Adopted);
            Assert.True(second.Blocked.TryGet(new StationKey { Vlan = 7 }, out _));
            _hooks.ForEach(second.Attach);
            Assert.Equal(3, _hooks.SelectMany(NumbersAt).Distinct().Count());
        });
    }

    /// <summary>The pins that are there already are the newest state; a program's map of the same name is not put in their place.</summary>
    [Fact]
    public void Complete_WithPinsOfMaps_LeavesThemAlone()
    {
        using var plane = Load();
        _hooks.ForEach(plane.Attach);
        File.Delete(Path.Combine(_pins.Path, "blocked"));

        EarlierPins.Complete(_pins.Path, _hooks);

        Assert.False(File.Exists(Path.Combine(_pins.Path, "blocked")));
        Assert.Equal(4, ProgramPins.Count());
    }

    private static IEnumerable<uint> NumbersAt(Hook hook) => Tcx.All(hook).Append(Clsact.Any(hook)).Where(id => id != 0);

    private BpfPlane Load() => BpfPlane.Load(64, 4096, _pins.Path, _hooks);

    /// <summary>This thread alone gives the right up, and takes it back.</summary>
    private static unsafe void WithoutSysAdmin(Action act)
    {
        const uint Version3 = 0x20080522;
        var header = stackalloc uint[] { Version3, 0 };
        var sets = stackalloc uint[6]; // Effective, permitted and inheritable, of the first 32 capabilities; then of the others.
        Assert.Equal(0, capget(header, sets));
        var effective = sets[0];
        sets[0] &= ~(1u << 21);
        Assert.Equal(0, capset(header, sets));
        try
        {
            act();
        }
        finally
        {
            sets[0] = effective;
            Assert.Equal(0, capset(header, sets));
        }
    }

    [LibraryImport("libc")]
    private static unsafe partial int capget(uint* header, uint* sets);

    [LibraryImport("libc")]
    private static unsafe partial int capset(uint* header, uint* sets);
}
