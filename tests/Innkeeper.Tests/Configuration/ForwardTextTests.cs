using Innkeeper.Configuration;

namespace Innkeeper.Tests.Configuration;

/// <summary>Forwards are written into the file, and every other line stays as it is.</summary>
public sealed class ForwardTextTests
{
    private const string Head = "# The press shop.\naccess.interface = \"eth1\"\nuplink.interface = \"eth0\"\n";
    private const string One = "# For the vendor.\n[[forwards]]\nprotocol = \"tcp\" # web\nport = 8080\nto = \"press-3\"\n";
    private const string Tail = "\n# Names.\n[dns]\nzone = \"plant.lan\"\n";

    private static readonly ForwardConfig s_two = new() { Protocol = ForwardProtocol.Udp, Ports = new PortRange(5000, 5010), To = "press \"4\"", ToPort = 6000, Description = "with \\" };

    [Fact]
    public void Put_NewForward_IsAtTheEnd_AndReadsBackAsItWas()
    {
        var text = ForwardText.Put(Head + One + Tail, "f", s_two, out _)!;

        Assert.StartsWith(Head + One + Tail, text, StringComparison.Ordinal);
        Assert.Equal(s_two, Config(text).Forwards[1]);
    }

    [Fact]
    public void Put_KnownPort_ReplacesItsLines_AndNoOthers()
    {
        var changed = s_two with { Protocol = ForwardProtocol.Tcp, Ports = new PortRange(8080, 8080) };
        var text = ForwardText.Put(Head + One + Tail, "f", changed, out _)!;

        Assert.Equal(changed, Assert.Single(Config(text).Forwards));
        Assert.StartsWith(Head + "# For the vendor.\n[[forwards]]\n", text, StringComparison.Ordinal);
        Assert.EndsWith(Tail, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Remove_Forward_TakesItsLines_AndNoOthers()
    {
        var both = ForwardText.Put(Head + One + Tail, "f", s_two, out _)!;

        Assert.Equal(Head + One + Tail, ForwardText.Remove(both, "f", s_two.Id, out _)!.TrimEnd('\n') + "\n");
        Assert.Equal(Head + "# For the vendor.\n" + Tail, ForwardText.Remove(Head + One + Tail, "f", "tcp-8080", out _));
    }

    [Fact]
    public void Put_ForwardsInOneList_SaysHowToGoOn()
    {
        Assert.Null(ForwardText.Put("forwards = [{ protocol = \"tcp\", port = 8080, to = \"a\" }]\n" + Head, "f", s_two, out var reason));
        Assert.Contains("write each as a [[forwards]] table", reason, StringComparison.Ordinal);
    }

    private static InnkeeperConfig Config(string text)
    {
        var result = ConfigurationFile.Parse(text, "f");
        Assert.Empty(result.Errors);
        return result.Config!;
    }
}
