using Innkeeper.DataPlane;
using Innkeeper.Hosting;
using Innkeeper.Interop;
using Innkeeper.Links;

namespace Innkeeper.Tests.Hosting;

/// <summary>What a system lacks is named.</summary>
public sealed class SystemRequirementsTests
{
    private const ulong All = (1UL << 41) - 1;
    private const ulong SysAdmin = 1UL << 21;

    private static readonly SystemInfo s_good = new("6.1.0-13-amd64", All, HasOwnUsers: false, HasJit: true, HasOpenSsl: true, FirstOpenPort: 1024);

    [Theory]
    [InlineData("5.15.0-105-generic")]
    [InlineData("5.15-rc1")]
    [InlineData("6.1.0-13-amd64")]
    [InlineData("6.18.44-fc-v595")]
    [InlineData("7")]
    [InlineData("10.0.1")]
    [InlineData("")]
    [InlineData("custom")]
    [InlineData("99999999999.1")]
    public void ToRun_KernelNewEnoughOrOfUnknownAge_NoFault(string release) => Assert.Empty(SystemRequirements.ToRun(s_good with { Release = release }, servesUplink: true));

    [Theory]
    [InlineData("5.10.0-35-amd64")]
    [InlineData("5.14.21")]
    [InlineData("5")]
    [InlineData("4.19")]
    [InlineData("2.6.32-754.el6.x86_64")]
    public void ToRun_KernelTooOld_SaysWhichIsNeeded_AndNothingElse(string release) => Assert.Equal(
        [$"Linux {release} is too old: Innkeeper needs 5.15 or later (Debian 12 has 6.1, Ubuntu 22.04 has 5.15)"],
        SystemRequirements.OfSystem(s_good with { Release = release, HasJit = false }));

    [Fact]
    public void ToRun_CompilerOff_SaysHowToSwitchItOn() =>
        Assert.Contains("`sysctl -w net.core.bpf_jit_enable=1`", Assert.Single(SystemRequirements.ToRun(s_good with { HasJit = false }, servesUplink: false)));

    [Fact]
    public void ToRun_NoOpenSsl_SaysHowToInstallIt() =>
        Assert.Contains("apt install openssl", Assert.Single(SystemRequirements.ToRun(s_good with { HasOpenSsl = false }, servesUplink: false)));

    [Fact]
    public void ToRun_UserNamespace_SaysThatCapabilitiesDoNotHelp() =>
        Assert.Contains("a container with users of its own", Assert.Single(SystemRequirements.ToRun(s_good with { HasOwnUsers = true }, servesUplink: false)));

    [Theory]
    [InlineData(12, "CAP_NET_ADMIN is missing (for interfaces, routes and the programs on interfaces)")]
    [InlineData(13, "CAP_NET_RAW is missing (for packet sockets, by which ARP and DHCP are answered)")]
    [InlineData(39, "CAP_BPF is missing (to load BPF programs)")]
    [InlineData(38, "CAP_PERFMON is missing (for BPF programs that work with addresses of packets)")]
    public void ToRun_OneCapabilityMissing_NamesItAlone_AndAllThatAreNeeded(int number, string expected) => Assert.Equal(
        [$"not permitted: {expected}; run as root with all capabilities, or with CAP_NET_ADMIN, CAP_NET_RAW, CAP_BPF and CAP_PERFMON"],
        SystemRequirements.ToRun(s_good with { Capabilities = All & ~SysAdmin & ~(1UL << number) }, servesUplink: false));

    /// <summary>Before Linux 5.8 it was the one capability for BPF, and it still includes the others.</summary>
    [Fact]
    public void ToRun_WithTheRightOfAnAdministrator_NeedsNoneForBpf() =>
        Assert.Empty(SystemRequirements.ToRun(s_good with { Capabilities = SysAdmin | (1UL << 12) | (1UL << 13) }, servesUplink: false));

    [Fact]
    public void ToRun_NoCapabilities_NamesEach()
    {
        var fault = Assert.Single(SystemRequirements.ToRun(s_good with { Capabilities = 0 }, servesUplink: false));
        Assert.All((string[])["CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_BPF", "CAP_PERFMON"], name => Assert.Contains($"{name} is missing", fault));
        Assert.DoesNotContain('\n', fault);
    }

    [Theory]
    [InlineData(true, 1024, true)]
    [InlineData(true, 0, false)]
    [InlineData(false, 1024, false)]
    public void ToRun_WithoutTheRightToLowPorts_IsAFaultOnlyWhereDnsNeedsOne(bool servesUplink, int firstOpenPort, bool isFault)
    {
        var faults = SystemRequirements.ToRun(s_good with { Capabilities = All & ~(1UL << 10), FirstOpenPort = firstOpenPort }, servesUplink);
        Assert.Equal(isFault, faults.Count == 1 && faults[0].Contains("CAP_NET_BIND_SERVICE is missing (for port 53 on the uplink, [dns] serve_uplink)", StringComparison.Ordinal));
        Assert.Equal(isFault ? 1 : 0, faults.Count);
    }

    [Fact]
    public void ToTearDown_OldKernelWithoutPacketSockets_NeedsNeither() =>
        Assert.Empty(SystemRequirements.ToTearDown(s_good with { Release = "5.10.0", HasJit = false, Capabilities = (1UL << 12) | (1UL << 21) }));

    [Fact]
    public void ToTearDown_WithoutTheRightToSeePrograms_IsAFault() =>
        Assert.Contains("CAP_SYS_ADMIN is missing", Assert.Single(SystemRequirements.ToTearDown(s_good with { Capabilities = 1UL << 12 })));

    [Fact]
    public void Facts_OfStatusAndUidMap_AreRead()
    {
        Assert.Equal(0x1ffffffffffUL, SystemInfo.CapabilitiesIn(["Name:\tinnkeeper", "CapPrm:\t0000000000000001", "CapEff:\t000001ffffffffff"]));
        Assert.Equal(0UL, SystemInfo.CapabilitiesIn([]));
        Assert.True(SystemInfo.MapsEveryUser("         0          0 4294967295\n"));
        Assert.False(SystemInfo.MapsEveryUser("         0     100000      65536\n"));
        Assert.False(SystemInfo.MapsEveryUser(""));
    }

    [Fact]
    public void LackingModule_IsNamed_WithWhatToDo()
    {
        var lacking = NetlinkException.Lacking("create the veth pair a and b", "veth", Libc.EOPNOTSUPP);
        Assert.Equal(Libc.EOPNOTSUPP, lacking.Errno);
        Assert.StartsWith("Cannot create the veth pair a and b: this kernel has no veth and cannot load it; `modprobe veth` says why. Install ", lacking.Message);
    }

    [Theory]
    [InlineData(Libc.ENODEV, "built without BPF")]
    [InlineData(Libc.EPERM, "a container's rules forbid it")]
    [InlineData(Libc.EACCES, "a container's rules forbid it")]
    [InlineData(Libc.EINVAL, "Invalid argument (errno 22)")]
    public void BpffsNotMounted_SaysWhy(int errno, string expected) => Assert.Contains(expected, PinFolder.Explain(errno));

    [Theory]
    [InlineData(1, "not permitted, though the capabilities are there; ")]
    [InlineData(38, "there is no bpf(2): ")]
    public void BpfRefused_WithAllCapabilities_SaysWhatMayForbidIt(int errno, string expected) =>
        Assert.StartsWith($"cannot load the data plane: {expected}", DataPlaneException.FromErrno("cannot load the data plane", errno).Message);
}
