using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Configuration;

/// <summary>Machines are written into the file, and every other line stays as it is.</summary>
public sealed class MachineTextTests
{
    private const string Head = "# The press shop.\naccess.interface = \"eth1\"\nuplink.interface = \"eth0\"\npool.addresses = [\"137.118.199.50-137.118.199.99\"]\n";
    private const string One = "# Bought in 2009.\n[[machines]]\nname = \"press-1\" # the old one\nmac = \"02:00:00:00:00:01\"\naddress = \"192.168.0.10\"\noutside = \"137.118.199.51\"\n";
    private const string Tail = "\n# Names.\n[dns]\nzone = \"plant.lan\"\n";

    private static readonly MachineConfig s_two = new()
    {
        Name = "press-2",
        Mac = MacAddress.Parse("02:00:00:00:00:02"),
        Address = Ipv4Address.Parse("192.168.0.10"),
        Outside = Ipv4Address.Parse("137.118.199.52"),
        Description = "with \"quotes\" and \\",
    };

    [Fact]
    public void Put_NewMachine_IsAtTheEnd_AndReadsBackAsItWas()
    {
        var text = MachineText.Put(Head + One + Tail, "f", [s_two], out _)!;

        Assert.StartsWith(Head + One + Tail, text, StringComparison.Ordinal);
        Assert.Equal(s_two, Config(text).Machines[1]);
        Assert.Equal("plant.lan", Config(text).Dns.Zone);
    }

    [Fact]
    public void Put_KnownName_ReplacesItsLines_AndNoOthers()
    {
        var text = MachineText.Put(Head + One + Tail, "f", [s_two with { Name = "press-1" }], out _)!;

        Assert.Equal(s_two with { Name = "press-1" }, Assert.Single(Config(text).Machines));
        Assert.StartsWith(Head + "# Bought in 2009.\n[[machines]]\n", text, StringComparison.Ordinal);
        Assert.EndsWith(Tail, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Remove_Machine_TakesItsLines_AndNoOthers()
    {
        var both = MachineText.Put(Head + One + Tail, "f", [s_two], out _)!;

        Assert.Equal("press-2", Assert.Single(Config(MachineText.Remove(both, "f", "press-1", out _)!).Machines).Name);
        Assert.Equal(Head + One + Tail, MachineText.Remove(both, "f", "press-2", out _)!.TrimEnd('\n') + "\n");
        Assert.Equal(Head + "# Bought in 2009.\n" + Tail, MachineText.Remove(Head + One + Tail, "f", "press-1", out _));
    }

    [Fact]
    public void Put_FileWithErrors_SaysSo_AndWritesNothing()
    {
        Assert.Null(MachineText.Put(Head + "[pol]\n", "f", [s_two], out var reason));
        Assert.StartsWith("the file has errors; correct them first: f:5:1", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Put_MachinesInOneList_SaysHowToGoOn()
    {
        Assert.Null(MachineText.Put("machines = [{ name = \"a\", mac = \"02:00:00:00:00:01\", address = \"10.0.0.1\" }]\n" + Head, "f", [s_two], out var reason));
        Assert.Contains("write each as a [[machines]] table", reason, StringComparison.Ordinal);
    }

    private static InnkeeperConfig Config(string text)
    {
        var result = ConfigurationFile.Parse(text, "f");
        Assert.Empty(result.Errors);
        return result.Config!;
    }
}
