using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.NaptHarness;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Napt;

/// <summary>How long a mapping lives, and what keeps it alive (RFC 4787 REQ-5 and REQ-6, RFC 5382 REQ-5, RFC 5508 REQ-2, RFC 7857 section 2).</summary>
public sealed class NaptTimerTests : IDisposable
{
    private const int Established = 7440;
    private const int Transitory = 240;

    private readonly NaptHarness _harness = new();

    public void Dispose() => _harness.Dispose();

    private void AssertLives(ushort port, int seconds)
    {
        _harness.Plane.Age(seconds - 1);
        _harness.AssertArrives(Datagram.Tcp(OtherServer, 9, SharedAddress, port, Ack), Datagram.Tcp(OtherServer, 9, Claimed, 4000, Ack));
        _harness.Plane.Age(2);
        _harness.AssertKeptOut(Datagram.Tcp(OtherServer, 9, SharedAddress, port, Ack), DropReason.NoMapping);
    }

    [Fact]
    public void Udp_LivesFiveMinutes_AndOnlyTheDeviceRefreshes()
    {
        var port = _harness.AssertUdpLeaves(4000);
        var answer = Datagram.Udp(Server, 123, SharedAddress, port);
        var answered = Datagram.Udp(Server, 123, Claimed, 4000);
        _harness.Plane.Age(299);
        _harness.AssertUdpLeaves(4000);
        _harness.Plane.Age(299);
        _harness.AssertArrives(answer, answered);
        _harness.Plane.Age(2);
        _harness.AssertKeptOut(answer, DropReason.NoMapping);
    }

    [Fact]
    public void Ping_LivesAMinute_AndAnswersDoNotRefresh()
    {
        var id = _harness.AssertLeaves(Datagram.Ping(Claimed, Server, 7));
        var answer = Datagram.Ping(Server, SharedAddress, id, Datagram.EchoReply);
        _harness.Plane.Age(59);
        _harness.AssertArrives(answer, Datagram.Ping(Server, Claimed, 7, Datagram.EchoReply));
        Assert.Equal(id, _harness.AssertLeaves(Datagram.Ping(Claimed, Server, 7, Datagram.EchoReply)));
        _harness.Plane.Age(2);
        _harness.AssertKeptOut(answer, DropReason.NoMapping);
    }

    [Fact]
    public void ProtocolWithoutPorts_LivesFiveMinutes()
    {
        _harness.AssertLeaves(new Datagram(Claimed, Server, IpProtocol.Gre));
        _harness.Plane.Age(299);
        _harness.AssertArrives(new Datagram(Server, SharedAddress, IpProtocol.Gre), new Datagram(Server, Claimed, IpProtocol.Gre));
        _harness.Plane.Age(2);
        _harness.AssertKeptOut(new Datagram(Server, SharedAddress, IpProtocol.Gre), DropReason.NoMapping);
    }

    [Fact]
    public void Tcp_OnlyTheDevicesSyn_LivesFourMinutes() => AssertLives(_harness.AssertTcpLeaves(4000, Syn), Transitory);

    [Fact]
    public void Tcp_WhoseBeginningWasNotSeen_LivesFourMinutes() => AssertLives(_harness.AssertTcpLeaves(4000, Ack), Transitory);

    [Fact]
    public void Tcp_WhoseBeginningWasNotSeen_IsEstablishedByMoreOfIt()
    {
        var port = _harness.AssertTcpLeaves(4000, Ack);
        _harness.AssertTcpLeaves(4000, Ack);
        AssertLives(port, Established);
    }

    [Theory]
    [InlineData(new byte[] { }, MappingState.Established, Established)]
    [InlineData(new byte[] { Fin }, MappingState.FinOut, Established)]
    [InlineData(new byte[] { 0x80 | Fin }, MappingState.FinIn, Established)]
    [InlineData(new byte[] { Fin, 0x80 | Fin }, MappingState.Closing, Transitory)]
    [InlineData(new byte[] { 0x80 | Fin, Fin }, MappingState.Closing, Transitory)]
    [InlineData(new byte[] { Fin, 0x80 | Fin, Ack }, MappingState.Closing, Transitory)]
    [InlineData(new byte[] { Fin, 0x80 | Fin, Rst }, MappingState.Closing, Transitory)]
    [InlineData(new byte[] { Rst }, MappingState.Transitory, Transitory)]
    [InlineData(new byte[] { 0x80 | Rst }, MappingState.Transitory, Transitory)]
    [InlineData(new byte[] { Rst, Ack }, MappingState.Established, Established)]
    [InlineData(new byte[] { 0x80 | Rst, Ack }, MappingState.Established, Established)]
    [InlineData(new byte[] { 0x80 | Rst, 0x80 | Ack }, MappingState.Established, Established)]
    [InlineData(new byte[] { Rst, 0x80 | Ack }, MappingState.Established, Established)]
    [InlineData(new byte[] { Fin, 0x80 | Fin, Syn }, MappingState.InitOut, Transitory)]
    [InlineData(new byte[] { Fin, 0x80 | Fin, 0x80 | Syn }, MappingState.InitIn, Transitory)]
    [InlineData(new byte[] { Fin, 0x80 | Fin, Syn, 0x80 | SynAck }, MappingState.Established, Established)]
    [InlineData(new byte[] { Fin, 0x80 | Fin, 0x80 | Syn, SynAck }, MappingState.Established, Established)]
    [InlineData(new byte[] { Rst, Syn }, MappingState.InitOut, Transitory)]
    [InlineData(new byte[] { Rst, 0x80 | Syn }, MappingState.InitIn, Transitory)]
    internal void Tcp_AfterTheHandshakeAnd_IsInStateAndLives(byte[] segments, MappingState state, int timeout)
    {
        var port = _harness.AssertTcpLeaves(4000, Syn);
        _harness.AssertTcpArrives(port, 4000, SynAck);
        foreach (var segment in segments)
        {
            if ((segment & 0x80) != 0)
            {
                _harness.AssertTcpArrives(port, 4000, (byte)(segment & 0x7f));
            }
            else
            {
                Assert.Equal(port, _harness.AssertTcpLeaves(4000, segment));
            }
        }

        Assert.Equal(state, _harness.StateOf(port));
        AssertLives(port, timeout);
    }

    [Fact]
    public void Tcp_RstToAnotherHost_SaysNothingOfTheSession()
    {
        var port = _harness.AssertTcpLeaves(4000, Syn);
        _harness.AssertTcpArrives(port, 4000, SynAck);
        _harness.Plane.Age(Established - 100);
        _harness.AssertTcpLeaves(4000, Rst, OtherServer);
        _harness.AssertTcpArrives(port, 4000, Rst, OtherServer);
        Assert.Equal(MappingState.Established, _harness.StateOf(port));
        AssertLives(port, 100);
    }

    [Fact]
    public void Tcp_SeveralSessions_NoneEndsTheOthers()
    {
        var port = _harness.AssertTcpLeaves(4000, Syn);
        Assert.Equal(port, _harness.AssertTcpLeaves(4000, Syn, OtherServer));
        Assert.Equal(MappingState.Multi, _harness.StateOf(port));
        _harness.AssertTcpArrives(port, 4000, Rst);
        _harness.AssertTcpLeaves(4000, Rst);
        _harness.AssertTcpLeaves(4000, Fin);
        _harness.AssertTcpArrives(port, 4000, Fin);
        Assert.Equal(MappingState.Multi, _harness.StateOf(port));
        AssertLives(port, Established);
    }

    [Fact]
    public void Tcp_AfterSeveralAreOver_IsFollowedAgain()
    {
        var port = _harness.AssertTcpLeaves(4000, Syn);
        _harness.AssertTcpLeaves(4000, Syn, OtherServer);
        _harness.Plane.Age(Established + 1);
        Assert.Equal(port, _harness.AssertTcpLeaves(4000, Syn));
        Assert.Equal(MappingState.InitOut, _harness.StateOf(port));
    }

    [Fact]
    public void Tcp_NextSession_OnceTheLastIsClosing_IsFollowedInstead()
    {
        var port = _harness.AssertTcpLeaves(4000, Syn);
        _harness.AssertTcpArrives(port, 4000, SynAck);
        _harness.AssertTcpLeaves(4000, Fin);
        _harness.AssertTcpArrives(port, 4000, Fin);
        Assert.Equal(port, _harness.AssertTcpLeaves(4000, Syn, OtherServer));
        Assert.Equal(MappingState.InitOut, _harness.StateOf(port));
        _harness.AssertTcpArrives(port, 4000, SynAck, OtherServer);
        Assert.Equal(MappingState.Established, _harness.StateOf(port));
    }

    [Fact]
    public void Mapping_ThatIsOver_IsItsEndpointsAgainWhileNobodyElseHasThePort()
    {
        var port = _harness.AssertUdpLeaves(4000);
        _harness.Plane.Age(301);
        _harness.AssertKeptOut(Datagram.Udp(Server, 123, SharedAddress, port), DropReason.NoMapping);
        Assert.Equal(port, _harness.AssertUdpLeaves(4000));
        _harness.AssertArrives(Datagram.Udp(Server, 123, SharedAddress, port), Datagram.Udp(Server, 123, Claimed, 4000));
    }
}
