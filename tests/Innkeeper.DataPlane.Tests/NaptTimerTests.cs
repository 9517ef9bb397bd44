using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.NaptBench;
using static Innkeeper.DataPlane.Tests.Plane;

namespace Innkeeper.DataPlane.Tests;

/// <summary>How long a mapping lives, and what keeps it alive (RFC 4787 REQ-5 and REQ-6, RFC 5382 REQ-5, RFC 5508 REQ-2, RFC 7857 section 2).</summary>
public sealed class NaptTimerTests : IDisposable
{
    private const int Established = 7440;
    private const int Transitory = 240;

    private readonly NaptBench _bench = new();

    public void Dispose() => _bench.Dispose();

    private void AssertLives(ushort port, int seconds)
    {
        _bench.Plane.Age(seconds - 1);
        _bench.Arrives(Datagram.Tcp(OtherServer, 9, SharedAddress, port, Ack), Datagram.Tcp(OtherServer, 9, Claimed, 4000, Ack));
        _bench.Plane.Age(2);
        _bench.IsKeptOut(Datagram.Tcp(OtherServer, 9, SharedAddress, port, Ack), DropReason.NoMapping);
    }

    [Fact]
    public void Udp_LivesFiveMinutes_AndOnlyTheDeviceRefreshes()
    {
        var port = _bench.Udp(4000);
        var answer = Datagram.Udp(Server, 123, SharedAddress, port);
        var answered = Datagram.Udp(Server, 123, Claimed, 4000);
        _bench.Plane.Age(299);
        _bench.Udp(4000);
        _bench.Plane.Age(299);
        _bench.Arrives(answer, answered);
        _bench.Plane.Age(2);
        _bench.IsKeptOut(answer, DropReason.NoMapping);
    }

    [Fact]
    public void Ping_LivesAMinute_AndAnswersDoNotRefresh()
    {
        var id = _bench.Leaves(Datagram.Ping(Claimed, Server, 7));
        var answer = Datagram.Ping(Server, SharedAddress, id, Datagram.EchoReply);
        _bench.Plane.Age(59);
        _bench.Arrives(answer, Datagram.Ping(Server, Claimed, 7, Datagram.EchoReply));
        Assert.Equal(id, _bench.Leaves(Datagram.Ping(Claimed, Server, 7, Datagram.EchoReply)));
        _bench.Plane.Age(2);
        _bench.IsKeptOut(answer, DropReason.NoMapping);
    }

    [Fact]
    public void ProtocolWithoutPorts_LivesFiveMinutes()
    {
        _bench.Leaves(new Datagram(Claimed, Server, IpProtocol.Gre));
        _bench.Plane.Age(299);
        _bench.Arrives(new Datagram(Server, SharedAddress, IpProtocol.Gre), new Datagram(Server, Claimed, IpProtocol.Gre));
        _bench.Plane.Age(2);
        _bench.IsKeptOut(new Datagram(Server, SharedAddress, IpProtocol.Gre), DropReason.NoMapping);
    }

    [Fact]
    public void Tcp_OnlyTheDevicesSyn_LivesFourMinutes() => AssertLives(_bench.Tcp(4000, Syn), Transitory);

    [Fact]
    public void Tcp_WhoseBeginningWasNotSeen_LivesFourMinutes() => AssertLives(_bench.Tcp(4000, Ack), Transitory);

    [Fact]
    public void Tcp_WhoseBeginningWasNotSeen_IsEstablishedByMoreOfIt()
    {
        var port = _bench.Tcp(4000, Ack);
        _bench.Tcp(4000, Ack);
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
        var port = _bench.Tcp(4000, Syn);
        _bench.TcpIn(port, 4000, SynAck);
        foreach (var segment in segments)
        {
            if ((segment & 0x80) != 0)
            {
                _bench.TcpIn(port, 4000, (byte)(segment & 0x7f));
            }
            else
            {
                Assert.Equal(port, _bench.Tcp(4000, segment));
            }
        }

        Assert.Equal(state, _bench.StateOf(port));
        AssertLives(port, timeout);
    }

    [Fact]
    public void Tcp_RstToAStranger_SaysNothingOfTheSession()
    {
        var port = _bench.Tcp(4000, Syn);
        _bench.TcpIn(port, 4000, SynAck);
        _bench.Plane.Age(Established - 100);
        _bench.Tcp(4000, Rst, OtherServer);
        _bench.TcpIn(port, 4000, Rst, OtherServer);
        Assert.Equal(MappingState.Established, _bench.StateOf(port));
        AssertLives(port, 100);
    }

    [Fact]
    public void Tcp_SeveralSessions_NoneEndsTheOthers()
    {
        var port = _bench.Tcp(4000, Syn);
        Assert.Equal(port, _bench.Tcp(4000, Syn, OtherServer));
        Assert.Equal(MappingState.Multi, _bench.StateOf(port));
        _bench.TcpIn(port, 4000, Rst);
        _bench.Tcp(4000, Rst);
        _bench.Tcp(4000, Fin);
        _bench.TcpIn(port, 4000, Fin);
        Assert.Equal(MappingState.Multi, _bench.StateOf(port));
        AssertLives(port, Established);
    }

    [Fact]
    public void Tcp_AfterSeveralAreOver_IsFollowedAgain()
    {
        var port = _bench.Tcp(4000, Syn);
        _bench.Tcp(4000, Syn, OtherServer);
        _bench.Plane.Age(Established + 1);
        Assert.Equal(port, _bench.Tcp(4000, Syn));
        Assert.Equal(MappingState.InitOut, _bench.StateOf(port));
    }

    [Fact]
    public void Tcp_NextSession_OnceTheLastIsClosing_IsFollowedInstead()
    {
        var port = _bench.Tcp(4000, Syn);
        _bench.TcpIn(port, 4000, SynAck);
        _bench.Tcp(4000, Fin);
        _bench.TcpIn(port, 4000, Fin);
        Assert.Equal(port, _bench.Tcp(4000, Syn, OtherServer));
        Assert.Equal(MappingState.InitOut, _bench.StateOf(port));
        _bench.TcpIn(port, 4000, SynAck, OtherServer);
        Assert.Equal(MappingState.Established, _bench.StateOf(port));
    }

    [Fact]
    public void Mapping_ThatIsOver_IsItsEndpointsAgainWhileNobodyElseHasThePort()
    {
        var port = _bench.Udp(4000);
        _bench.Plane.Age(301);
        _bench.IsKeptOut(Datagram.Udp(Server, 123, SharedAddress, port), DropReason.NoMapping);
        Assert.Equal(port, _bench.Udp(4000));
        _bench.Arrives(Datagram.Udp(Server, 123, SharedAddress, port), Datagram.Udp(Server, 123, Claimed, 4000));
    }
}
