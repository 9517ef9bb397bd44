using Innkeeper.DataPlane;
using Innkeeper.Interop;
using Innkeeper.Links;

namespace Innkeeper.Tests.Links;

public sealed class FilterTests
{
    private const string Made = "innkeeper:from_access:made-clsact";
    private static readonly Hook s_hook = new(3, "eth0", Libbpf.BPF_TC_INGRESS, "from_access");
    private static readonly ClassifierRecord s_ours = new(Clsact.PlaceOf(s_hook), "bpf", Made, 1);

    [Fact]
    public void Clsact_AddedTwice_IsMadeOnce_AndDeletedWithWhatHangsThere() => PrivateNetwork.Run(() =>
    {
        var index = Dummy();
        Assert.Empty(Netlink.Classifiers(index));
        Assert.True(Netlink.AddClsact(index, "ikt-a"));
        Assert.False(Netlink.AddClsact(index, "ikt-a"));
        Tc("filter add dev ikt-a egress pref 7 bpf bytecode \"1,6 0 0 0,\" flowid 1:1");
        Assert.Equal([new ClassifierPlace(index, IsEgress: true, 7, 1)], Netlink.Classifiers(index).Select(c => c.Place));

        Netlink.DeleteClsact(index);

        Assert.Empty(Netlink.Classifiers(index));
        Assert.True(Netlink.AddClsact(index, "ikt-a"));
    });

    [Fact]
    public void Clsact_WhereAnIngressQdiscIs_IsRefused() => PrivateNetwork.Run(() =>
    {
        var index = Dummy();
        Tc("qdisc add dev ikt-a ingress");
        Assert.Contains("(`tc qdisc del dev ikt-a ingress`)", Assert.Throws<NetlinkException>(() => Netlink.AddClsact(index, "ikt-a")).Message);
    });

    [Fact]
    public void Clsact_OfAnInterfaceThatIsGone_IsNoErrorToDelete() => PrivateNetwork.Run(() => Netlink.DeleteClsact(4711));

    [Fact]
    public void OursToRemove_MadeHereAndNothingElseThere_True() => Assert.True(Clsact.IsOursToRemove([s_ours], s_hook));

    [Fact]
    public void OursToRemove_FoundThere_False() => Assert.False(Clsact.IsOursToRemove([s_ours with { Name = "innkeeper:from_access" }], s_hook));

    [Fact]
    public void OursToRemove_AnotherProgramOfOursOrSomebodyElsesIsThere_False()
    {
        Assert.False(Clsact.IsOursToRemove([s_ours, s_ours with { Place = s_ours.Place with { IsEgress = true } }], s_hook));
        Assert.False(Clsact.IsOursToRemove([s_ours, new ClassifierRecord(new ClassifierPlace(3, true, 7, 0), "matchall", "", 0)], s_hook));
    }

    private static int Dummy()
    {
        Netlink.CreateVethPair("ikt-a", "ikt-b", 1400);
        Assert.True(Netlink.ReadInterface("ikt-a", out var facts));
        return facts.Index;
    }

    private static void Tc(string arguments)
    {
        using var process = System.Diagnostics.Process.Start("tc", arguments);
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(20)), $"tc {arguments} does not end");
        Assert.Equal(0, process.ExitCode);
    }
}
